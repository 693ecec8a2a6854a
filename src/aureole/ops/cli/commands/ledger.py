from __future__ import annotations

import re
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aureole.kernel.errors import Refused
from aureole.ops.cli.entry import REFUSED
from aureole.ops.cli.output import Json, Report, progress, report

if TYPE_CHECKING:
    from aureole.ledger.audit import Finding, Unjudged

Checkpoints = Annotated[
    list[Path] | None,
    typer.Option("--checkpoint", metavar="FILE", help="An older checkpoint kept outside; may be repeated."),
]
Entry = Annotated[
    uuid.UUID, typer.Argument(metavar="ID", help="The entry's id (uid), as pages and certificates name it.")
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write it here instead of printing it.")
]
Hashes = Annotated[
    bool,
    typer.Option("--hashes", help="Also write MONTH.hashes beside it, by which 'verify' names an entry."),
]
Older = Annotated[Path, typer.Argument(metavar="FILE", help="The older checkpoint, from whoever kept it.")]
Folder = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Made when it is not there.")]
TheirKey = Annotated[
    str, typer.Argument(metavar="KEY", help="The log's key, as 'aureole ledger key' prints it there.")
]

_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True, help="The processing log and its proofs.", rich_markup_mode=None
    )
    app.add_typer(group, name="ledger")
    for name, command in (
        ("verify", verify), ("checkpoint", checkpoint), ("prove", prove), ("key", key), ("vouch", vouch),
        ("witness", witness), ("growth", growth),
    ):  # fmt: skip
        group.command(name)(command)


def verify(checkpoint: Checkpoints = None, json: Json = False) -> None:
    """Read every entry, grow the trees again, hold them against every signed checkpoint. Changes nothing.

    Against somebody who owns the database and the keys only a checkpoint from outside helps: give the ones
    that a witness, the data protection officer or you yourself kept. Hashes that lie beside one (MONTH.hashes, as a
    folder that is a witness has them) are read too: by them an entry is named, without them a stretch of entries.
    A file that is no checkpoint says nothing of the log: it is named, and no failure is recorded.
    Exit code 0 when all holds and all that was given could be judged, else 1. An instance that stays closed is looked
    at as it is.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance(sound=False) as here, progress("Verifying") as step:
        from aureole.ledger.audit import audit, record_audit
        from aureole.ledger.checkpoints import bring_up_to_date, log_key
        from aureole.ops.standing import troubles

        begun, closed = time.monotonic(), next(troubles(here.env), None)
        if closed is None:
            bring_up_to_date()
        files = checkpoint or []
        kept = [_read(path) for path in files]
        hashes = [path.read_bytes() for path in _hashes_beside(files, kept)]
        finding = audit(held_against=kept, hashes=hashes, progress=step)
        if closed is None:
            record_audit(finding, round((time.monotonic() - begun) * 1000))
        answer.tell(
            ok=finding.ok and not finding.unjudged, entries=finding.entries, hashes=len(hashes),
            checkpoint=_newest(), key=log_key(), let_go=finding.past,
            problems=[{"month": p.shard, "index": p.index, "problem": p.problem} for p in finding.problems],
            unjudged=[{"file": _name_of(u, files), "why": u.why} for u in finding.unjudged],
            closed=closed.sentence if closed is not None else None,
        )  # fmt: skip
        _say_finding(answer, finding, files)
        if closed is not None:
            answer.say(closed.sentence)
    if finding.problems or finding.unjudged:
        raise typer.Exit(REFUSED)


def _name_of(found: Unjudged, files: Sequence[Path]) -> str:
    return str(files[found.place]) if found.place >= 0 else "The hashes beside the checkpoints"


def _say_finding(answer: Report, finding: Finding, files: Sequence[Path]) -> None:
    if finding.ok:
        outside = len(files) - len(finding.past) - sum(found.place >= 0 for found in finding.unjudged)
        against = f" and {outside} from outside" if outside else ""
        answer.say(f"The log holds: {finding.entries} entries fit every checkpoint signed here{against}.")
    for month in finding.past:
        answer.say(
            f"{month}  was let go, its time being over: nothing is left to hold its checkpoint against."
        )
    for problem in finding.problems:
        place = f"{problem.shard} {problem.index if problem.index >= 0 else ''}"
        answer.say(f"{place}  {problem.problem}".strip())
    if files and finding.problems and not finding.more and not any(p.shard for p in finding.problems):
        answer.say(
            f"{finding.entries} entries fit every checkpoint signed here. Get the file anew from whoever "
            "kept it; if it is as they kept it, the log has another name or key now than then: it does not hold."
        )
    for found in finding.unjudged:
        answer.say(
            f"Could not be judged: {_name_of(found, files)}. {found.why} Nothing is known against the log by it; get "
            "the file anew from whoever kept it, and verify again."
        )
    if finding.more:
        answer.say("There are more; these are the first hundred.")


def _newest() -> str | None:
    from aureole.kernel.errors import NotFound
    from aureole.ledger.checkpoints import latest_checkpoint

    try:
        return latest_checkpoint().note
    except NotFound:
        return None


def _read(path: Path) -> str:
    """What is no text is no checkpoint either, which is for whoever reads it as one to say."""
    try:
        return path.read_text("utf-8-sig", "replace")  # editors put a mark before the first line
    except OSError as trouble:
        raise Refused(
            "ledger_checkpoint_unreadable", f"{path} cannot be read. Nothing was verified."
        ) from trouble


def _hashes_beside(checkpoints: Sequence[Path], notes: Sequence[str]) -> list[Path]:
    """The files of hashes in the folders of these checkpoints, each once; none beside what names no month."""
    from aureole.ledger.kept import hashes_beside

    months = (note.partition("\n")[0].rpartition("/")[2] for note in notes)
    found = {
        hashes_beside(path, month)
        for path, month in zip(checkpoints, months, strict=True)
        if _MONTH.fullmatch(month)
    }
    return sorted(path for path in found if path.is_file())


def checkpoint(out: Out = None, hashes: Hashes = False, json: Json = False) -> None:
    """Sign the log as it stands and print the newest checkpoint. Keep it somewhere the operator cannot reach."""
    if hashes and out is None:
        raise typer.BadParameter("--hashes goes with --out: the hashes are written beside the checkpoint.")
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.ledger.checkpoints import bring_up_to_date, latest_checkpoint
        from aureole.ledger.kept import hashes_beside, write_hashes
        from aureole.ledger.nodes import leaves_of
        from aureole.ledger.proofs import with_cosignatures

        bring_up_to_date()
        found = latest_checkpoint()
        note = with_cosignatures(found)
        answer.tell(month=found.shard_id, size=found.size, checkpoint=note)
        if out is not None:
            if hashes:
                beside = hashes_beside(out, found.shard_id)
                write_hashes(beside, lambda start: leaves_of(found.shard_id, start, found.size))
                answer.tell(hashes=str(beside))
            out.write_text(note, "utf-8")
            answer.tell(file=str(out))
            answer.say(f"Written: {out}, {found.size} entries of {found.shard_id}.")
        else:
            answer.say(note.rstrip("\n"))


def prove(entry: Entry, out: Out = None, json: Json = False) -> None:
    """Write the proof that an entry is in the log, as a C2SP tlog-proof file; verifier.py checks it offline."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.ledger.checkpoints import log_key
        from aureole.ledger.proofs import prove_entry
        from aureole.ledger.verifier import write_proof

        text = write_proof(prove_entry(entry))
        answer.tell(proof=text, key=log_key())
        if out is not None:
            out.write_text(text, "utf-8")
            answer.tell(file=str(out))
            answer.say(f"Written: {out}. Check it with: python verifier.py {out} --log-key {log_key()}")
        else:
            answer.say(text.rstrip("\n"))


def growth(older: Older, out: Folder, json: Json = False) -> None:
    """Write the newest checkpoint of an older one's month and the proof that the log only grew in between: into the
    folder, as newer.checkpoint and growth.proof. verifier.py checks them offline."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.ledger.checkpoints import log_key
        from aureole.ledger.growth import growth_since

        note, lines = growth_since(_read(older))
        out.mkdir(parents=True, exist_ok=True)
        newer, proof = out / "newer.checkpoint", out / "growth.proof"
        newer.write_text(note, "utf-8")
        proof.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        answer.tell(newer=str(newer), proof=str(proof), hashes=len(lines), key=log_key())
        answer.say(f"Written: {newer} and {proof}. Check them with:")
        answer.say(
            f"python verifier.py --older {older} --newer {newer} --proof {proof} --log-key {log_key()}"
        )


def key(json: Json = False) -> None:
    """Print the log's public key (name+id+base64); publish it where people see it."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.ledger.checkpoints import log_key
        from aureole.ledger.witnesses.vouching import witness_key

        answer.tell(key=log_key(), witness_key=witness_key())
        answer.say(log_key())


def vouch(their_key: TheirKey, json: Json = False) -> None:
    """Be a witness of another instance's log from now on. Its operator adds this instance's address and key to
    AUREOLE_LEDGER_WITNESSES there; what is printed is what to write."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance() as here:
        from aureole.ledger.witnesses.vouching import vouch_for, witness_key

        name = vouch_for(their_key)
        setting = f"{here.env.base_url}#{witness_key()}"
        answer.tell(log=name, setting=setting)
        answer.say(f"Vouching for {name}. There, set AUREOLE_LEDGER_WITNESSES to\n\n    {setting}")


def witness(json: Json = False) -> None:
    """Show the newest checkpoints to the witnesses now, instead of within a minute, and print how far each vouches."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.ledger.checkpoints import bring_up_to_date
        from aureole.ledger.witnesses.named import witnesses
        from aureole.ledger.witnesses.showing import months_shown, show_to_witnesses, vouched_by

        bring_up_to_date()
        trouble = show_to_witnesses()
        words = [(one.name, vouched_by(one.name)) for one in witnesses()]
        answer.tell(
            shown=months_shown(), refused=trouble,
            witnesses={name: word and str(word.checkpoint) for name, word in words},
        )  # fmt: skip
        for name, word in words:
            seen = word.checkpoint if word else None
            said = (
                f"saw {seen.size} of {seen.shard.size} entries of {seen.shard_id}"
                if seen
                else "saw nothing yet"
            )
            answer.say(f"{name}  {said}")
        if not words:
            answer.say("No witness is named in AUREOLE_LEDGER_WITNESSES.")
        for sentence in trouble:
            answer.say(sentence)
    if trouble:
        raise typer.Exit(REFUSED)
