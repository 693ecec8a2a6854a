from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Annotated

import typer

from aureole.kernel.errors import NotFound, Refused
from aureole.ops.cli.entry import REFUSED
from aureole.ops.cli.output import Json, Report, report

File = Annotated[Path, typer.Argument(help="The certificate, evidence bundle or export package.")]
Key = Annotated[
    str | None, typer.Option("--key", metavar="FINGERPRINT", help="The key that must have signed it.")
]
Erasure = Annotated[uuid.UUID, typer.Argument(metavar="ID", help="The erasure, as `person erase` named it.")]
LogKey = Annotated[
    str | None,
    typer.Option(
        "--log-key", metavar="KEY", help="The key of the log that must hold its entry, as `ledger key` shows."
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="Write the file here instead of printing it.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Proofs of erasures.", rich_markup_mode=None)
    app.add_typer(group, name="certificate")
    group.command("verify")(verify)
    group.command("show")(show)
    group.command("key")(key)


def verify(file: File, key: Key = None, log_key: LogKey = None, json: Json = False) -> None:
    """Check a certificate, an evidence bundle or an export package offline: no instance, no database, no network.

    Every byte counts, and a certificate must be in the log: its proof and the signed checkpoint are in it. Exit code
    0 when it holds, 1 when it does not, with the reason. Without --key and --log-key this says that the holder of
    the named keys signed exactly this; compare the fingerprint with the one the instance publishes (`aureole
    certificate key`, `aureole ledger key`), or pass it. verifier.py, which comes with each file, says the same.
    """
    content = _read(file)
    with report(json) as answer:
        holds = (_judge_bundle if content.startswith(b"PK") else _judge)(answer, content, key, log_key)
        answer.tell(key_expected=key is not None, log_key_expected=log_key is not None)
    if not holds:
        raise typer.Exit(REFUSED)


def _judge(answer: Report, content: bytes, key: str | None, log_key: str | None) -> bool:
    from aureole.privacy.certificate.verify import verify as judge

    verdict = judge(content, expected_key=key, log_key=log_key)
    answer.tell(valid=verdict.valid, problem=verdict.problem or None, fingerprint=verdict.fingerprint)
    if verdict.payload is None:
        answer.say(f"The certificate does not hold. {verdict.problem}")
        return False
    answer.tell(payload=verdict.payload, log=None)
    answer.say("The certificate holds: not a byte was changed since it was signed.")
    answer.say(f"Signed by {verdict.fingerprint}" + (" as expected." if key else "."))
    if verdict.log is None:
        answer.say("It was made before certificates carried a proof from the log.")
    else:
        answer.tell(log={"origin": verdict.log.origin, "size": verdict.log.size})
        answer.say(f"Its entry is in the log {verdict.log.origin}, signed at {verdict.log.size} entries.")
    return True


def _judge_bundle(answer: Report, content: bytes, key: str | None, log_key: str | None) -> bool:
    from aureole.ledger.verifier import Flaw, verify_bundle

    try:
        found = verify_bundle(io.BytesIO(content), expected_key=key, log_key=log_key)
    except Flaw as flaw:
        answer.tell(valid=False, problem=str(flaw))
        answer.say(f"It does not hold. {flaw}")
        return False
    answer.tell(
        valid=True, problem=None, kind=found.kind, fingerprint=found.fingerprint, checked=found.checked
    )
    answer.say(f"The {found.kind} holds.")
    for line in found.checked:
        answer.say(f"  {line}")
    answer.say(f"Signed by {found.fingerprint}" + (" as expected." if key else "."))
    return True


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as trouble:
        raise Refused("certificate_unreadable", f"{file} cannot be read ({trouble.strerror}).") from trouble


def show(erasure: Erasure, out: Out = None, json: Json = False) -> None:
    """Print or write the certificate of an erasure that was carried out here. It names nobody."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.ledger.giving_away import VERIFIER_NAME, verifier_source
        from aureole.privacy.models import Erasure as Carried

        text = Carried.objects.filter(pk=erasure).values_list("certificate", flat=True).first()
        if not text:
            raise NotFound("erasure_not_found", "There is no such erasure here, or it is not finished.")
        if out is None:
            answer.tell(certificate=text)
            answer.say(text.rstrip("\n"))
        else:
            out.write_text(text, "utf-8")
            beside = out.with_name(VERIFIER_NAME)
            beside.write_text(verifier_source(), "utf-8")
            answer.tell(file=str(out), verifier=str(beside))
            answer.say(f"Written: {out}. Check it anywhere with: python {beside} {out}")


def key(json: Json = False) -> None:
    """Fingerprint of the key this instance signs certificates with; publish it where people see it."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.privacy.certificate.issue import instance_fingerprint

        answer.tell(fingerprint=instance_fingerprint())
        answer.say(instance_fingerprint())
