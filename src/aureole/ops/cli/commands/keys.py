from __future__ import annotations

import secrets
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aureole.kernel.errors import Refused
from aureole.ops.cli.output import Json, Report, progress, report

if TYPE_CHECKING:
    from aureole.vault.key_status import KeyStatus, ProviderStatus

PersonId = Annotated[
    str | None, typer.Option("--person", metavar="ID", help="One person instead of the root key.")
]
NewFile = Annotated[Path, typer.Argument(metavar="FILE", help="A path where nothing lies yet.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Root key, person keys.", rich_markup_mode=None)
    app.add_typer(group, name="keys")
    group.command("status")(status)
    group.command("rotate")(rotate)
    group.command("new-file")(new_file)


def status(json: Json = False) -> None:
    """What keys there are, under which root key they lie, and whether the root key's provider answers.

    Counts and key ids only; changes nothing.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.vault.key_status import key_status

        found = key_status()
        answer.tell(key_store={"answers": True}, **asdict(found))
        _say_status(answer, found)


def _say_status(answer: Report, found: KeyStatus) -> None:
    _say_provider(answer, "Root key", found.present)
    for key in found.former:
        _say_provider(answer, "Former root key", key)
    answer.say()
    answer.table(
        ("wrapping key", "under", "since", "wraps", ""),
        [
            (w.key_id, w.root_key, f"{w.created_at:%Y-%m-%d}", w.wraps, "current" if w.current else "retired")
            for w in found.wrapping_keys
        ],
    )
    answer.say()
    _say_counts(answer, "Person keys", found.person_keys)
    _say_counts(answer, "  active, by group", found.groups)
    _say_counts(answer, "  active, by generation", found.generations)
    answer.say(f"System keys: {found.system_keys}")
    _say_counts(answer, "By root key", found.root_keys)
    _say_counts(answer, "By envelope version", found.envelope_versions)
    if found.oldest_person_key:
        answer.say(f"Oldest person key: {found.oldest_person_key:%Y-%m-%d}")
    if found.being_rotated:
        answer.say(
            f"{found.being_rotated} person keys are being rotated; if nobody is at it, run the command again."
        )
    answer.say(_about_former(found))


def _say_provider(answer: Report, title: str, key: ProviderStatus) -> None:
    state = f"answers in {key.milliseconds:.0f} ms" if key.answers else f"does not open: {key.trouble}"
    answer.say(f"{title}: {key.kind} {key.key_id}, {state}; wraps {key.in_use} keys directly")


def _say_counts(answer: Report, title: str, counts: dict[str, int]) -> None:
    answer.say(f"{title}: " + (", ".join(f"{name} {count}" for name, count in counts.items()) or "none"))


def _about_former(found: KeyStatus) -> str:
    if found.under_former_key:
        return f"{found.under_former_key} keys lie under a former key: run `aureole keys rotate`."
    return "Nothing lies under a former key."


def rotate(person: PersonId = None, json: Json = False) -> None:
    """Wrap every key anew under a fresh wrapping key and the present root key.

    To change the root key: set AUREOLE_ROOT_KEY_URL to the new one and AUREOLE_FORMER_ROOT_KEY_URLS to the
    one before, restart, run this, and take the former one out of the settings when 0 keys lie under it. The keys
    themselves stay the same, so no value is touched; everybody goes on working meanwhile.

    With --person: a fresh key for each of their groups, all they have sealed anew, the former keys destroyed; takes
    a little over a minute, because processes may hold a key so long. What the log says about them stays theirs.
    Backups of the data from before then open only with a backup of the key store from before.

    Either may be interrupted at any point; run it again and it goes on. Recorded in the log.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        if person is None:
            _rotate_root(answer)
        else:
            _rotate_person(answer, _uuid(person))


def _rotate_root(answer: Report) -> None:
    from aureole.kernel.actor import Actor
    from aureole.vault.rewrapping import rotate_root_key

    with progress("Wrapping keys anew") as step:
        done = rotate_root_key(by=Actor.operator(), progress=step)
    answer.tell(**asdict(done))
    if done.resumed:
        answer.say("Went on with a rotation that was interrupted.")
    answer.say(f"{done.person_keys} person keys and {done.system_keys} system keys wrapped anew.")
    if done.under_former:
        answer.say(f"{done.under_former} keys, made meanwhile, lie under a former key: run this once more.")
    else:
        answer.say("0 keys lie under a former key. A former root key may be taken out of the settings.")


def _rotate_person(answer: Report, person_id: uuid.UUID) -> None:
    from rich.console import Console

    from aureole.kernel.actor import Actor
    from aureole.vault.resealing import rotate_person_keys

    console = Console(stderr=True)
    done = rotate_person_keys(
        person_id, by=Actor.operator(), progress=lambda step: console.print(f"{step} …", highlight=False)
    )
    answer.tell(person=str(person_id), **asdict(done))
    if done.resumed:
        answer.say("Went on with a rotation that was interrupted.")
    values = sum(done.values.values())
    answer.say(
        f"Fresh keys for {', '.join(done.groups)}; {values} values sealed anew; former keys destroyed."
    )


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is no id of a person.") from None


def new_file(file: NewFile, json: Json = False) -> None:
    """Make a root key in a new file, mode 0600. Nothing uses it until a setting names it.

    Copy it to a second place before it is used: without its root key an instance cannot be read by anybody.
    """
    from aureole.ops.home import keep_secret

    with report(json) as answer:
        path = file.expanduser().absolute()
        if path.exists():
            raise Refused("file_taken", f"{path} exists already; it was left as it is. Name another.")
        keep_secret(path, lambda: secrets.token_hex(32))
        url = path.as_uri()
        answer.tell(url=url)
        answer.say(f"New root key: {path}\nTo use it, set AUREOLE_ROOT_KEY_URL={url}")
