"""`aureole transfer …`: packages that go straight to another controller, and those that came (GDPR Art. 20(2))."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.kernel.errors import Refused
from aureole.ops.cli.acting import By, acting
from aureole.ops.cli.output import Json, report, waiting
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from aureole.privacy.models import ArrivedNotice, ArrivedTransfer, SentTransfer

Request = Annotated[str, typer.Argument(metavar="REQUEST", help="Number or id of the portability request.")]
Peer = Annotated[str, typer.Argument(metavar="PEER", help="Name, address, id or fingerprint.")]
Id = Annotated[uuid.UUID, typer.Argument(metavar="ID", help="As 'transfer list' shows it.")]
SameAs = Annotated[
    uuid.UUID | None,
    typer.Option("--same-as", metavar="PERSON", help="Somebody here who has an address of it: it is them."),
]
Offer = Annotated[
    Path, typer.Argument(metavar="OFFER", help="offer.json, from 'transfer receipts' or an evidence file.")
]
Receipts = Annotated[list[Path], typer.Argument(metavar="RECEIPT…", help="delivered.json, decided.json.")]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="FINGERPRINT", help="Of the key that must have signed the receipts."),
]
NoticeId = Annotated[
    uuid.UUID, typer.Argument(metavar="NOTICE", help="As 'transfer told' or 'list' shows it.")
]
Outcome = Annotated[
    str,
    typer.Option(
        "--outcome", metavar="WHAT", help="acted, so_already, own_ground (kept on one) or nothing_held."
    ),
]
Every = Annotated[bool, typer.Option("--all", help="With what was decided.")]
Out = Annotated[
    Path, typer.Option("--out", metavar="FOLDER", help="Where the files go; made when it is not there.")
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True,
        help="Packages straight to another controller, and from one.",
        rich_markup_mode=None,
    )
    app.add_typer(group, name="transfer")
    for name, command in (
        ("send", send), ("list", list_all), ("take-in", take_in), ("refuse", refuse), ("withdraw", withdraw),
        ("receipts", receipts), ("verify", verify), ("told", told), ("answer", answer_told), ("tell", tell),
    ):  # fmt: skip
        group.command(name)(command)


def send(request: Request, peer: Peer, by: By = None, json: Json = False) -> None:
    """Send the answer to a portability request straight to another controller, as the person asked.

    A request that is still worked on only notes where its answer goes: it is sent once it is released. The worker
    delivers it, and tries again while the other is away, until the package runs out.
    """
    with report(json) as answer, instance():
        from aureole.privacy.rights.actions.direct_request import direct_request
        from aureole.privacy.rights.queue import request_named
        from aureole.privacy.transfer.actions.send_package import send_package
        from aureole.privacy.transfer.peers import peer_named

        found, to = request_named(request), peer_named(peer)
        if found.is_open:
            direct_request(request_id=found.id, peer_id=to.id, by=acting(by, "rights.handle"))
            answer.tell(request=found.number, goes_to=to.name)
            answer.say(f"Request no. {found.number} goes to {to.name} once it is released.")
        else:
            sent = send_package(request_id=found.id, peer_id=to.id, by=acting(by, "rights.release"))
            answer.tell(**_sent(sent))
            answer.say(f"On its way to {to.name}, until {sent.until:%Y-%m-%d %H:%M} UTC. Transfer {sent.id}")


def list_all(json: Json = False) -> None:
    """What was sent, and what arrived and waits for a decision; what is decided last."""
    with report(json) as answer, instance():
        from aureole.privacy.transfer.arrivals import arrivals, sent_transfers

        sent, arrived = sent_transfers(), arrivals(closed=True)
        answer.tell(sent=[_sent(row) for row in sent], arrived=[_arrived(row) for row in arrived])
        answer.table(
            ("Sent to", "State", "Since", "Again", "Id"),
            [(r.peer.name, r.state, _time(r.created_at), _time(r.next_at), r.id) for r in sent],
        )
        for row in sent:
            if row.trouble:
                answer.say(f"{row.id}: {_sent(row)['why']}")
            for notice in _sent(row)["notices"]:
                so_far = f"{notice['stage']} {notice['outcome']}".strip().replace("_", " ")
                answer.say(
                    f"{row.id}: notice {notice['id']}, {notice['event']}: {so_far}. {notice['why']}".rstrip()
                )
        answer.say()
        answer.table(
            ("Came from", "State", "Since", "Decide until", "Id"),
            [
                (r.peer.name, r.state, _time(r.created_at), "" if r.closed_at else _time(r.until), r.id)
                for r in arrived
            ],
        )
        for came in arrived:
            for notice in _arrived(came)["notices"]:
                of = f" ({', '.join(notice['fields'])})" if notice["fields"] else ""
                answer.say(f"{came.id}: the sender says on {_time(notice['at'])}: {notice['event']}{of}")


def _time(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if value else ""


def _sent(row: SentTransfer) -> dict[str, Any]:
    from aureole.privacy.transfer.errors import TROUBLES, say_trouble

    return {
        "id": str(row.id), "peer": row.peer.name, "state": row.state, "trouble": row.trouble,
        "why": TROUBLES[row.trouble], "request": str(row.request_id) if row.request_id else None,
        "next_at": row.next_at, "until": row.until, "delivered_at": row.delivered_at, "closed_at": row.closed_at,
        "notices": [
            {"id": str(n.id), "event": n.event, "fields": n.fields, "stage": n.stage, "outcome": n.outcome,
             "at": n.created_at, "answered_at": n.answered_at, "next_at": n.next_at,
             "why": say_trouble(n.trouble, given_up=n.stage == "given_up")}
            for n in row.notices.all()
        ],
    }  # fmt: skip


def _arrived(row: ArrivedTransfer) -> dict[str, Any]:
    from aureole.privacy.transfer.errors import GROUNDS

    return {
        "id": str(row.id), "transfer": str(row.transfer_id), "peer": row.peer.name, "state": row.state,
        "ground": row.ground, "why": GROUNDS[row.ground], "arrived_at": row.arrived_at, "until": row.until,
        "closed_at": row.closed_at, "person": str(row.person_id) if row.person_id else None,
        "notices": [_notice(n) for n in row.notices.all()],
    }  # fmt: skip


def _notice(row: ArrivedNotice) -> dict[str, Any]:
    return {
        "id": str(row.id), "event": row.event, "fields": row.fields, "at": row.created_at, "outcome": row.outcome,
        "decided_at": row.decided_at, "told_at": row.told_at,
    }  # fmt: skip


def told(every: Every = False, json: Json = False) -> None:
    """What other controllers say they did since with the data of persons who came from them, and waits for you.

    Nothing is changed by it. Act first ('person correct', 'person restrict', 'person erase'), then 'transfer answer'.
    """
    with report(json) as answer, instance():
        from aureole.privacy.transfer.noticed import decided, undecided

        rows = [*undecided(), *(decided() if every else [])]
        found = [
            {**_notice(row), "peer": row.arrival.peer.name, "transfer": str(row.arrival.transfer_id),
             "person": str(row.arrival.person_id) if row.arrival.person_id else None}
            for row in rows
        ]  # fmt: skip
        answer.tell(notices=found)
        answer.table(
            ("From", "Did", "Fields", "On", "Person", "Here", "Id"),
            [(n["peer"], n["event"], ", ".join(n["fields"]), _time(n["at"]), n["person"] or "", n["outcome"] or "waits",
              n["id"]) for n in found],
        )  # fmt: skip


def answer_told(notice: NoticeId, outcome: Outcome, by: By = None, json: Json = False) -> None:
    """Say what was made of a notice; the sender gets a signed word of it. That somebody is erased follows by itself."""
    with report(json) as answer, instance():
        from aureole.privacy.models import NoticeOutcome
        from aureole.privacy.transfer.actions.answer_notice import answer_notice
        from aureole.privacy.transfer.noticed import notice_of

        if outcome not in NoticeOutcome.values:
            raise Refused(
                "outcome_unknown",
                f"An outcome is one of {', '.join(NoticeOutcome.values)}. Nothing was changed.",
            )
        actor = acting(by, "rights.handle")
        made = answer_notice(notice_id=notice_of(notice).id, outcome=NoticeOutcome(outcome), by=actor)
        answer.tell(**_notice(made))
        answer.say("Noted. The other controller gets our word of it.")


def tell(notice: NoticeId, by: By = None, json: Json = False) -> None:
    """Tell another controller now what was done here, instead of when it is due; also what was given up."""
    with report(json) as answer, instance():
        from aureole.privacy.transfer.actions.hurry_notice import hurry_notice

        made = hurry_notice(notice_id=notice, by=acting(by, "rights.handle"))
        answer.tell(id=str(made.id), stage=made.stage)
        answer.say(
            "They know already." if made.answered_at else "It is tried now. See: aureole transfer list."
        )


def take_in(arrival: Id, same_as: SameAs = None, by: By = None, json: Json = False) -> None:
    """Take in what came from another instance. The person is told from where, and the sender gets a signed receipt."""
    with report(json) as answer, instance(), waiting("Taking in"):
        from aureole.privacy.transfer.actions.take_in_arrival import take_in_arrival
        from aureole.privacy.transfer.arrivals import arrival_of

        actor = acting(by, "rights.handle")
        made = take_in_arrival(arrival_id=arrival_of(arrival).id, by=actor, same_as=same_as)
        answer.tell(**_arrived(made))
        answer.say(f"Taken in. Person {made.person_id}")


def refuse(arrival: Id, by: By = None, json: Json = False) -> None:
    """Do not take it in: what came is destroyed, and the sender gets a signed receipt that says so."""
    with report(json) as answer, instance():
        from aureole.privacy.transfer.actions.refuse_arrival import refuse_arrival
        from aureole.privacy.transfer.arrivals import arrival_of

        made = refuse_arrival(arrival_id=arrival_of(arrival).id, by=acting(by, "rights.handle"))
        answer.tell(**_arrived(made))
        answer.say("Refused. What came is destroyed.")


def withdraw(transfer: Id, by: By = None, json: Json = False) -> None:
    """Take back what was sent, as long as nobody decided there; the other instance destroys what it has."""
    with report(json) as answer, instance():
        from aureole.privacy.transfer.actions.withdraw_transfer import withdraw_transfer

        made = withdraw_transfer(transfer_id=transfer, by=acting(by, "rights.handle"))
        answer.tell(**_sent(made))
        answer.say("Taken back. The other instance is told.")


def receipts(transfer: Id, out: Out, json: Json = False) -> None:
    """Write offer and receipts of a transfer, sent or arrived, as files that 'transfer verify' checks anywhere.

    With the notices since (Art. 19) and their acknowledgements.
    """
    with report(json) as answer, instance():
        from aureole.privacy.transfer.arrivals import documents_named

        found = documents_named(transfer)
        try:
            out.mkdir(parents=True, exist_ok=True)
            for name, text in found.items():
                (out / name).write_text(text, "utf-8")
        except OSError as trouble:
            raise Refused(
                "receipts_unwritable", f"{out} cannot be written ({trouble.strerror})."
            ) from trouble
        answer.tell(files=[str(out / name) for name in found])
        answer.say("Written: " + ", ".join(str(out / name) for name in found))


def verify(offer: Offer, receipts: Receipts, key: Key = None, json: Json = False) -> None:
    """Check what another instance said of a package, offline: its signature, of this very offer and package.

    Needs no instance. Without --key it holds for whoever the offer was addressed to; compare the fingerprint.
    """
    with report(json) as answer:
        from aureole.ledger.verifier import Flaw, fingerprint_of, verify_receipt

        said = []
        for path in receipts:
            try:
                found = verify_receipt(path.read_bytes(), offer.read_bytes(), expected_key=key)
            except (Flaw, OSError) as flaw:
                reason = str(flaw) if isinstance(flaw, Flaw) else f"{path} cannot be read."
                raise Refused("receipt_unsound", f"{path.name} does not hold. {reason}") from flaw
            said.append({name: found[name] for name in ("event", "ground", "at", "transfer", "sha256")})
            answer.say(f"Holds: {found['event']} {found['ground']} {found['at']}")
        signer = fingerprint_of(receipts[0].read_bytes())
        answer.tell(ok=True, receipts=said, fingerprint=signer)
        answer.say(f"Signed by {signer}" + (" as expected." if key else "."))
