"""The order in which a package is written. Hashes come last, so the manifest and its signature do too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.db.models import Model

from aureole.ledger.giving_away import VERIFIER_NAME, verifier_source
from aureole.ledger.models import Entry
from aureole.ledger.types import entry_type
from aureole.privacy.certificate.issue import instance_fingerprint
from aureole.privacy.consent.records import consent_records
from aureole.privacy.declare import Declaration, declarations
from aureole.privacy.export import answer, csv_form
from aureole.privacy.export.answer import Told
from aureole.privacy.export.archive import Archive, Spool
from aureole.privacy.export.files import FileWriter
from aureole.privacy.export.manifest import Contents, manifest, table_entry
from aureole.privacy.export.plain import pretty
from aureole.privacy.export.ports import (
    Held,
    Letter,
    LetterFile,
    Withheld,
    letter_places,
    named_in,
    receivers_of,
)
from aureole.privacy.export.reading import Conversations, Holdings, index_chunks
from aureole.privacy.export.sheet import as_html, as_pdf, as_text, letter_words, sheet_of
from aureole.privacy.export.shielding import shield_around
from aureole.privacy.export.signing import sign_manifest
from aureole.privacy.export.spans import Examiner
from aureole.privacy.export.tables import (
    OwnKeys,
    Table,
    batches,
    header,
    json_line,
    plain_json,
    row_counts,
    schema_of,
    table_of,
)
from aureole.privacy.export.vcard import Contact
from aureole.privacy.marks import marks_of
from aureole.privacy.models import Consent
from aureole.privacy.ports import KnownAs
from aureole.privacy.redaction.reasons import STAFF_REASON

REFERENCES_REASON = "rows about other people that only name you; their data is theirs (GDPR Art. 15(4))"
LOG = "data/ledger_entry.jsonl"
LETTERS = "mail/index.jsonl"


class Writer:
    """Writes one person's package into an archive, and what it holds into `contents`."""

    def __init__(
        self,
        known: KnownAs,
        archive: Archive,
        contents: Contents,
        progress: Callable[[str], None],
        examiner: Examiner | None = None,
    ) -> None:
        self.known = known
        self.archive = archive
        self.contents = contents
        self.progress = progress
        self.shield = shield_around(known, examiner)
        self.own = OwnKeys(known.person_id)
        self.contact = Contact()
        self.conversations = Conversations()
        self.holdings = Holdings()
        self.told_above = {model for place in letter_places() for model in place.models}
        self.held = Held(self.told_above)

    def write_all(self) -> None:
        for name, step in (
            ("tables", self._write_tables),
            ("named", self._write_named),
            ("log", self._write_log),
            ("letters", self._write_letters),
            ("contact", self._write_contact),
            ("covering letter", self._write_answer),
            ("page", self._write_index),
            ("manifest", self._write_manifest),
        ):
            self.progress(name)
            step()

    # -- tables

    def _write_tables(self) -> None:
        counts = iter(row_counts.of(self.known.person_id))
        for declaration in declarations():
            if declaration.withheld:
                self._withhold_table(declaration, next(counts))
            else:
                self._write_table(table_of(declaration.model), next(counts))
            for column in declaration.references:
                self._withhold_reference(f"{declaration.table}.{column}", next(counts))

    def _withhold_table(self, declaration: Declaration, count: int) -> None:
        self.contents.tables.append(
            table_entry(declaration, count=count, withheld=declaration.withheld, fields_withheld={})
        )

    def _withhold_reference(self, path: str, count: int) -> None:
        """Rows of others that name the person (an agent as author) stay with those they are about."""
        if count:
            self.contents.withheld.append(Withheld(path=path, reason=REFERENCES_REASON, count=count))

    def _write_table(self, table: Table, count: int) -> None:
        base = f"data/{table.name}"
        told_above = table.declaration.model in self.told_above
        self.holdings.begin(table)
        spool = Spool()
        self.archive.add(f"{base}.jsonl", self._json_lines(table, spool, count, told_above))
        self.archive.add_text(f"{base}.schema.json", _schema(table.declaration.model))
        self.archive.add(f"{base}.csv", spool.chunks())
        self.contents.note(f"{base}.jsonl", self.shield.take_notes())
        self.contents.held[table.name] = count
        files = {"jsonl": f"{base}.jsonl", "schema": f"{base}.schema.json", "csv": f"{base}.csv"}
        self.contents.tables.append(
            table_entry(table.declaration, count=count, files=files, fields_withheld=table.withheld)
        )
        if count:
            self.holdings.end(table, count, [files["csv"], files["jsonl"]], told_above=told_above)

    def _json_lines(self, table: Table, spool: Spool, count: int, told_above: bool) -> Iterator[bytes]:
        """Lines for the JSON file; the same rows go aside for CSV, page and contact in one reading."""
        spool.write(csv_form.MARK + csv_form.csv_lines([header(table)]))
        for rows in batches(table, self.known.person_id, self.shield, self.own, self.held, count):
            spool.write(csv_form.csv_lines(values.values() for values in rows))
            self.contact.see(table, rows)
            if not told_above:
                self.holdings.show(table, rows)
            yield "".join(map(json_line, rows)).encode("utf-8", "replace")

    def _write_named(self) -> None:
        """What rows about others tell of the person; most packages have no such file."""
        for named in named_in():
            lines = named.lines(self.known)
            if not lines:
                continue
            path = f"data/{named.table}.jsonl"
            self.archive.add(path, [json_line(line).encode() for line in lines])
            self.contents.held[named.table] = len(lines)
            self.contents.tables.append(
                {
                    "table": named.table, "label": named.label, "count": len(lines), "files": {"jsonl": path},
                    "fields_withheld": dict(named.withheld),
                }
            )  # fmt: skip
            self.holdings.add_named(named.label, lines, path)

    # -- the log of what was done with the data

    def _write_log(self) -> None:
        """Entries that concern the person are theirs too; who acted is told as a role (CJEU C-579/21)."""
        counter = [0]
        self.archive.add(LOG, self._log_lines(counter))
        self.contents.held["ledger_entry"] = counter[0]
        if counter[0]:
            self.holdings.add_log(counter[0], LOG)
        self.contents.tables.append(
            {
                "table": "ledger_entry", "label": "What was done with your data", "count": counter[0],
                "files": {"jsonl": LOG},
                "fields_withheld": {"actor": STAFF_REASON, "person": "your own pseudonym"},
            }
        )  # fmt: skip

    def _log_lines(self, counter: list[int]) -> Iterator[bytes]:
        mine = marks_of(self.known.person_id)
        who = {
            "agent": self.shield.agent_words,
            "customer": "you",
            "operator": "an operator",
            "system": "the program",
        }
        entries = Entry.objects.filter(person__in=mine).order_by("number")
        columns = ("number", "at", "actor_kind", "type", "facts")
        for number, at, kind, name, facts in entries.values_list(*columns).iterator(chunk_size=500):
            counter[0] += 1
            line = {
                "number": number, "at": plain_json(at), "who": who.get(kind, kind),
                "what": entry_type(name).words, "type": name, "facts": facts,
            }  # fmt: skip
            self.holdings.log_line(line)
            yield json_line(line).encode()

    # -- letters and files

    def _write_letters(self) -> None:
        told = Told(self.contact.language)
        files = FileWriter(self.known.person_id, self.archive, self.contents, told)
        index = Spool()
        for place in letter_places():
            with self.shield.telling():
                for letter in place.letters(self.known.person_id, self.shield, self.held):
                    path, written = files.write_letter(letter)
                    self.contents.note(path, self.shield.take_notes())
                    self.contents.letters += 1
                    self.conversations.add(letter, path, written)
                    index.write(json_line(_index_line(letter, path, written)))
            self.contents.withheld.extend(place.withheld(self.known.person_id))
        self.archive.add(LETTERS, index.chunks())
        files.write_other_files()

    # -- what is read first

    def _write_contact(self) -> None:
        self.archive.add_text("contact.vcf", self.contact.card(self.known, self.contents.made_at))

    def _write_answer(self) -> None:
        name = next(iter(self.known.names), "")
        language = self.contact.language
        self.contents.receivers = receivers_of(self.known.person_id)
        sheet = sheet_of(
            answer.chapters(self.contents.held, self._covered(), self.contents.receivers, language),
            title=letter_words(language)["title"], sender=answer.workspace(), name=name,
            at=self.contents.made_at, language=language,
        )  # fmt: skip
        self._write_consents()
        self.archive.add_text("letter.html", as_html(sheet))
        self.archive.add_text("letter.txt", as_text(sheet))
        self.archive.add("letter.pdf", [as_pdf(sheet)])

    def _write_consents(self) -> None:
        """Each consent as a record another system understands; the words agreed to stand in the table beside it."""
        if self.contents.held.get(Consent._meta.db_table):
            found = consent_records(self.known.person_id, receivers=self.contents.receivers, with_words=False)
            self.archive.add_text("consents.json", pretty(found))

    def _write_index(self) -> None:
        self.archive.add(
            "index.html",
            index_chunks(
                workspace=answer.workspace(), sentence=self._sentence(), lede=self._lede(),
                conversations=self.conversations, holdings=self.holdings, left_out=self._left_out(),
                receivers=[Told("en").receiver(found) for found in self.contents.receivers],
                fingerprint=instance_fingerprint(),
            ),
        )  # fmt: skip

    def _sentence(self) -> str:
        things = _counted(self.contents.records, "thing")
        talk, files = self.conversations.count, self.contents.files
        where = f", in {_counted(talk, 'conversation')} with {_counted(files, 'file')}" if talk else ""
        covered = sum(self._covered().values())
        tail = f" Words about other people are covered in {_counted(covered, 'place')}." if covered else ""
        return f"We hold {things} about you{where}.{tail}"

    def _covered(self) -> Counter[str]:
        """Places a reader meets, by reason: rows that are shown as letters count once."""
        twice = {f"data/{model._meta.db_table}.jsonl" for model in self.told_above}
        found: Counter[str] = Counter()
        for (path, reason), count in self.contents.redacted.items():
            if path not in twice:
                found[reason] += count
        return found

    def _lede(self) -> str:
        name = next(iter(self.known.names), "")
        made = self.contents.made_at
        whom = f"for {name} " if name else ""
        return f"Made {whom}on {made.day} {made:%B %Y at %H:%M} UTC by {answer.workspace()}."

    def _left_out(self) -> list[tuple[str, str, int]]:
        """What the page says: of what there is, by reason. The manifest has it table by table."""
        found: list[tuple[str, str, int]] = []
        columns: dict[str, list[str]] = {}
        for entry in self.contents.tables:
            if not entry["count"]:
                continue
            if "withheld" in entry:
                found.append((entry["label"], entry["withheld"], entry["count"]))
            for name, reason in entry["fields_withheld"].items():
                columns.setdefault(reason, []).append(f"{entry['label']}: {name.replace('_', ' ')}")
        found += [("; ".join(names), reason, 0) for reason, names in columns.items()]
        found += [(w.path, w.reason, w.count) for w in self.contents.withheld]
        covered: Counter[str] = Counter()
        for (_, reason), count in self.contents.redacted.items():
            covered[reason] += count
        found += [("Words, covered in files and letters", reason, n) for reason, n in covered.items()]
        return found + [("Files handed out as they are, not searched for others", why, n)
                        for why, n in self._given_unsearched().items()]  # fmt: skip

    def _given_unsearched(self) -> Counter[str]:
        """Files somebody let go although no program could look for others in them, by why."""
        said = self.shield.examiner.told() if self.shield.examiner is not None else {}
        return Counter(one["why"] for one in said.get("not_searched", ()) if one["handed_out"])

    def _write_manifest(self) -> None:
        if self.shield.examiner is not None:
            self.contents.decisions = self.shield.examiner.told()
        self.archive.add_text(VERIFIER_NAME, verifier_source())
        content = manifest(self.contents, self.archive.hashes, self.archive.sizes)
        self.archive.add_text("manifest.json", pretty(content))
        self.archive.add_text("signature.json", pretty(sign_manifest(self.archive.hashes["manifest.json"])))


def _index_line(letter: Letter, path: str, written: list[tuple[LetterFile, str]]) -> dict[str, Any]:
    """Which message a letter is, and where its files lie, in their order ("" for one that is withheld)."""
    return {
        "message": str(letter.id), "title": letter.title, "path": path, "files": [where for _, where in written],
    }  # fmt: skip


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@cache
def _schema(model: type[Model]) -> str:
    return pretty(schema_of(table_of(model)))
