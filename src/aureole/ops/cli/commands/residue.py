from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aureole.kernel.errors import Refused
from aureole.ops.cli.output import Json, Report, progress, report

if TYPE_CHECKING:
    from aureole.privacy.residue.report import Place, ResidueReport

Texts = Annotated[list[str], typer.Argument(metavar="TEXT…", help="Names, addresses, numbers, canaries.")]
Inside = Annotated[
    tuple[str, str] | None,
    typer.Option(
        "--in", metavar="backup DIR", help="Look into the files of a backup instead of the instance."
    ),
]


def register(app: typer.Typer) -> None:
    @app.command("residue")
    def residue(texts: Texts, inside: Inside = None, json: Json = False) -> None:
        """Every place that holds the texts: tables, files, logs, index, queue.

        Columns are found through the database's own catalogue, declared or not. Looked for in any case, in
        base64, quoted-printable, percent-encoding, hex, UTF-16, JSON escapes, HTML entities, backwards; a text of up
        to five letters counts as a whole word only. Sealed values and files are opened and searched as well.
        A name that somebody living bears is listed apart: it is theirs. So is a text of one plain word
        ("Test") in other people's sealed texts, which may mean anything. Changes nothing, logs nothing.
        """
        with report(json) as answer:
            found = _in_backup(texts, inside) if inside else _in_instance(texts)
            _answer(answer, found, texts)


def _in_instance(texts: Sequence[str]) -> ResidueReport:
    from aureole.ops.instance import instance

    with instance(), progress("Searching") as step:
        from aureole.privacy.residue.scan import scan

        return scan(texts, deep=True, progress=lambda done, of, _: step(done, of))


def _in_backup(texts: Sequence[str], inside: tuple[str, str]) -> ResidueReport:
    from aureole.privacy.residue.folders import scan_folder

    kind, folder = inside
    if kind != "backup" or not Path(folder).is_dir():
        raise Refused(
            "residue_no_backup",
            "Write it as --in backup DIR, where DIR is the folder of a backup. Nothing was searched.",
        )
    from aureole.ops.backups.dumps import unpacked

    return scan_folder(texts, Path(folder), place="backup", unpack=unpacked)


def _answer(answer: Report, found: ResidueReport, texts: Sequence[str]) -> None:
    answer.tell(
        searched=found.searched,
        not_searched=found.not_searched,
        places=[_place(place, texts) for place in found.places],
        namesakes=[_place(place, texts) for place in found.namesakes],
        same_words=[_place(place, texts) for place in found.same_words],
    )
    rows = [(place.place, texts[place.text], place.encoding, place.count) for place in found.places]
    if rows:
        answer.table(("Place", "Text", "As", "Times"), rows)
    answer.say(f"{len(rows)} places hold what you are looking for." if rows else "No place holds any of it.")
    if found.namesakes:
        places = sorted({place.place for place in found.namesakes})
        answer.say(f"Somebody living bears that name; theirs, or meaning them: {', '.join(places)}.")
    if found.same_words:
        places = sorted({place.place for place in found.same_words})
        answer.say(f"One plain word, in other people's texts, meaning anything: {', '.join(places)}.")
    answer.say("Searched: " + "; ".join(found.searched) + ".")
    answer.say("Not searched: " + "; ".join(found.not_searched) + ".")


def _place(place: Place, texts: Sequence[str]) -> dict[str, object]:
    return {"place": place.place, "text": texts[place.text], "encoding": place.encoding, "count": place.count}
