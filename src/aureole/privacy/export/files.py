"""Letters as .eml files and the person's files with their own bytes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from aureole.kernel.errors import Broken
from aureole.privacy.export.answer import Told
from aureole.privacy.export.archive import Archive, safe_name
from aureole.privacy.export.eml import eml_chunks
from aureole.privacy.export.errors import ErasedMeanwhile
from aureole.privacy.export.manifest import Contents
from aureole.privacy.export.ports import Letter, LetterFile, Withheld
from aureole.privacy.models import ExportPackage
from aureole.privacy.ports import file_places
from aureole.vault.files import open_file, read_file, sha256
from aureole.vault.models import SealedFile

EARLIER = "an earlier export: a copy of data that is in this one"
NOT_YOURS = "not yours"
_KEPT = 1024 * 1024
UNCLAIMED = "kept only to run the service; its content is in mail/ and data/, ask us for the original"


class _Content:
    """The bytes of a file, which go out twice: in their letter and by themselves. Small ones are opened once."""

    def __init__(self, row: SealedFile) -> None:
        self.row = row
        self._kept: bytes | None = None

    def chunks(self) -> Iterable[bytes]:
        if self.row.size > _KEPT:
            return open_file(self.row)
        if self._kept is None:
            self._kept = read_file(self.row)
        return [self._kept]


def _rows(letter: Letter) -> dict[uuid.UUID, SealedFile]:
    rows = {file.file_id: file.row for file in letter.files if file.row is not None}
    missing = [file.file_id for file in letter.files if file.row is None]
    return rows | (SealedFile.objects.in_bulk(missing) if missing else {})


def _notice(file: LetterFile, told: Told) -> tuple[LetterFile, bytes]:
    """What stands in a letter in the place of a file that is left out, in the person's language."""
    words = told.left_out(file.withheld or NOT_YOURS) + "\n"
    stands = LetterFile(file_id=file.file_id, name=f"{file.name}.left-out.txt", content_type="text/plain")
    return stands, words.encode()


class FileWriter:
    """Writes letters and files, and knows in the end which of the person's files were not handed out."""

    def __init__(self, person_id: uuid.UUID, archive: Archive, contents: Contents, told: Told) -> None:
        self.person_id = person_id
        self.archive = archive
        self.contents = contents
        self.told = told
        self._settled: set[uuid.UUID] = set()
        self._numbers: dict[str, int] = {}

    def write_letter(self, letter: Letter) -> tuple[str, list[tuple[LetterFile, str]]]:
        """The letter's path, and its files with theirs ("" when withheld)."""
        number = self._numbers[letter.conversation] = self._numbers.get(letter.conversation, 0) + 1
        folder = safe_name(letter.conversation)
        path = self.archive.free_path(f"mail/{folder}", f"{number:03}-{letter.at:%Y-%m-%d}.eml")
        rows = _rows(letter)
        given = [
            file for file in letter.files if not file.withheld and self._is_theirs(rows.get(file.file_id))
        ]
        contents = {file.file_id: _Content(rows[file.file_id]) for file in given}
        notices = {file.file_id: _notice(file, self.told) for file in letter.files if file not in given}
        shown = [notices[file.file_id][0] if file.file_id in notices else file for file in letter.files]
        self.archive.add(
            path,
            eml_chunks(
                letter,
                shown,
                lambda file: (
                    [notices[file.file_id][1]] if file.file_id in notices else contents[file.file_id].chunks()
                ),
            ),
        )
        written = []
        for file in letter.files:
            self._settled.add(file.file_id)
            if file in given:
                target = self.archive.free_path(f"attachments/{folder}", f"{number:03}-{file.name}")
                written.append((file, self._write(target, contents[file.file_id])))
            else:
                self._withhold(f"attachments/{folder}", file.withheld or NOT_YOURS)
                written.append((file, ""))
        return path, written

    def _is_theirs(self, row: SealedFile | None) -> bool:
        return row is not None and row.person_id == self.person_id

    def write_other_files(self) -> None:
        """What modules say is the person's besides letters; then the rest, listed with why it stays."""
        for place in file_places():
            for path, file_id in place.files(self.person_id):
                if file_id not in self._settled:
                    self._settled.add(file_id)
                    row = SealedFile.objects.get(pk=file_id, person_id=self.person_id)
                    folder, _, name = path.rpartition("/")
                    parts = [safe_name(part) for part in folder.split("/") if part]
                    path = self.archive.free_path("/".join(parts) or "attachments", name)
                    self._write(path, _Content(row))
        self._list_the_rest()

    def _list_the_rest(self) -> None:
        every = set(SealedFile.objects.filter(person_id=self.person_id).values_list("pk", flat=True))
        earlier = set(
            ExportPackage.objects.filter(person_id=self.person_id).values_list("file_id", flat=True)
        )
        for path, reason, found in (
            ("exports", EARLIER, every & earlier),
            ("files", UNCLAIMED, every - earlier - self._settled),
        ):
            if found:
                self.contents.withheld.append(Withheld(path=path, reason=reason, count=len(found)))

    def _write(self, path: str, content: _Content) -> str:
        expected = sha256(content.row)
        if expected is None:
            raise ErasedMeanwhile
        self.archive.add(path, content.chunks(), size=content.row.size)
        if self.archive.hashes[path] != expected:
            raise Broken(
                "file_changed", "A file of this person does not match its hash. No package was made."
            )
        self.contents.files += 1
        return path

    def _withhold(self, path: str, reason: str) -> None:
        self.contents.withheld.append(Withheld(path=path, reason=reason, count=1))
