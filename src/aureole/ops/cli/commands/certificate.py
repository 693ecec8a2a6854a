from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated

import typer

from aureole.kernel.errors import NotFound, Refused
from aureole.ops.cli.entry import REFUSED
from aureole.ops.cli.output import Json, report

File = Annotated[Path, typer.Argument(help="The certificate.")]
Key = Annotated[
    str | None, typer.Option("--key", metavar="FINGERPRINT", help="The key that must have signed it.")
]
Erasure = Annotated[uuid.UUID, typer.Argument(metavar="ID", help="The erasure, as `person erase` named it.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write the file here instead of printing it.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Proofs of erasures.", rich_markup_mode=None)
    app.add_typer(group, name="certificate")
    group.command("verify")(verify)
    group.command("show")(show)
    group.command("key")(key)


def verify(file: File, key: Key = None, json: Json = False) -> None:
    """Check a certificate offline: no instance, no database, no network.

    Every byte counts. Exit code 0 when it holds, 1 when it does not, with the reason. Without --key this
    says that the holder of the named key signed exactly this; compare the fingerprint with the one the
    instance publishes (`aureole certificate key`), or pass it.
    """
    from aureole.privacy.certificate.verify import verify as judge

    with report(json) as answer:
        verdict = judge(_read(file), expected_key=key)
        answer.tell(valid=verdict.valid, problem=verdict.problem or None, fingerprint=verdict.fingerprint)
        if verdict.payload is not None:
            answer.tell(payload=verdict.payload, key_expected=key is not None)
            answer.say("The certificate holds: not a byte was changed since it was signed.")
            answer.say(f"Signed by {verdict.fingerprint}" + (" as expected." if key else "."))
        else:
            answer.say(f"The certificate does not hold. {verdict.problem}")
    if not verdict.valid:
        raise typer.Exit(REFUSED)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as trouble:
        raise Refused("certificate_unreadable", f"{file} cannot be read ({trouble.strerror}).") from trouble


def show(erasure: Erasure, out: Out = None, json: Json = False) -> None:
    """Print or write the certificate of an erasure that was carried out here. It names nobody."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.privacy.models import Erasure as Carried

        text = Carried.objects.filter(pk=erasure).values_list("certificate", flat=True).first()
        if not text:
            raise NotFound("erasure_not_found", "There is no such erasure here, or it is not finished.")
        if out is None:
            answer.tell(certificate=text)
            answer.say(text.rstrip("\n"))
        else:
            out.write_text(text, "utf-8")
            answer.tell(file=str(out))
            answer.say(f"Written: {out}")


def key(json: Json = False) -> None:
    """Fingerprint of the key this instance signs certificates with; publish it where people see it."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.privacy.certificate.issue import instance_fingerprint

        answer.tell(fingerprint=instance_fingerprint())
        answer.say(instance_fingerprint())
