"""What can be done with a request: the form, the action and the words of each."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _l

from aureole.kernel.actor import Actor
from aureole.people.queries import the_owner_of
from aureole.privacy.informing.actions.settle_recipient import settle_recipient
from aureole.privacy.informing.hearing import notifiable
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.ask_identity import ask_identity
from aureole.privacy.rights.actions.assign_request import assign_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.direct_request import direct_request
from aureole.privacy.rights.actions.extend_request import extend_request
from aureole.privacy.rights.actions.match_person import match_person
from aureole.privacy.rights.actions.pause_request import pause_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.prove_identity import prove_identity
from aureole.privacy.rights.actions.refuse_request import refuse_request
from aureole.privacy.rights.actions.resume_request import resume_request
from aureole.privacy.rights.actions.send_back_request import send_back_request
from aureole.privacy.rights.actions.take_back_request import take_back_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.ports import executor
from aureole.privacy.rights.releasing import carry_out_later
from aureole.privacy.transfer.actions.send_package import send_package
from aureole.web.doing import Doing, Values
from aureole.web.staff.privacy.informing.heard import SettleRecipient
from aureole.web.staff.privacy.requests import forms as f


def _match(request: RightsRequest, values: Values, by: Actor) -> object:
    return match_person(request_id=request.id, person_id=the_owner_of(values["address"]), by=by)


def _ask(request: RightsRequest, values: Values, by: Actor) -> object:
    return ask_identity(request_id=request.id, identifier_id=values["address"], by=by)


def _release(request: RightsRequest, values: Values, by: Actor) -> object:
    with transaction.atomic():
        released = approve_request(request_id=request.id, by=by, expected_hash=values["plan"])
        carry_out_later(released)
    return released


def _complete(request: RightsRequest, values: Values, by: Actor) -> object:
    return complete_request(request_id=request.id, by=by, reason=values.get("reason", ""))


DOINGS: dict[str, Doing[RightsRequest]] = {
    "match": Doing(form=f.Match, run=_match, done=_l("It is known now whose request this is.")),
    "ask": Doing(
        form=f.AskIdentity, run=_ask, done=_l("A code is on its way. The clock waits until it comes back.")
    ),
    "prove": Doing(
        form=f.GiveCode,
        run=lambda r, v, by: prove_identity(request_id=r.id, code=v["code"], by=by),
        done=_l("The code fits: it is them."),
    ),
    "vouch": Doing(
        form=f.Vouch,
        run=lambda r, v, by: vouch_identity(request_id=r.id, how=v["how"], by=by),
        done=_l("Noted how you know that it is them."),
    ),
    "assign": Doing(
        run=lambda r, v, by: assign_request(request_id=r.id, by=by),
        done=_l("It is yours now."),
    ),
    "pause": Doing(
        form=f.Pause,
        run=lambda r, v, by: pause_request(request_id=r.id, cause=v["cause"], reason=v["reason"], by=by),
        done=_l("The clock waits for the person."),
    ),
    "resume": Doing(
        run=lambda r, v, by: resume_request(request_id=r.id, by=by),
        done=_l("The clock goes on."),
    ),
    "extend": Doing(
        form=f.Extend,
        run=lambda r, v, by: extend_request(request_id=r.id, reason=v["reason"], by=by),
        done=_l("Two months more. They are told why."),
    ),
    "prepare": Doing(
        run=lambda r, v, by: prepare_request(request_id=r.id, by=by),
        done=_l("Frozen. Nothing happens before it is released."),
    ),
    "keep": Doing(
        run=lambda r, v, by: prepare_request(request_id=r.id, by=by, anonymise=True),
        done=_l("Frozen: their conversations stay without them. Nothing happens before it is released."),
    ),
    "release": Doing(
        form=f.Release, run=_release, permission="rights.release", done=_l("Released, signed with your name.")
    ),
    "send-back": Doing(
        form=f.SendBack,
        run=lambda r, v, by: send_back_request(request_id=r.id, reason=v["reason"], by=by),
        permission="rights.release",
        done=_l("Sent back with your words."),
    ),
    "refuse": Doing(
        form=f.Refuse,
        run=lambda r, v, by: refuse_request(request_id=r.id, ground=v["ground"], reason=v["reason"], by=by),
        done=_l("Refused. They are told the ground, and where to complain."),
    ),
    "take-back": Doing(
        form=f.TakeBack,
        run=lambda r, v, by: take_back_request(request_id=r.id, reason=v["reason"], by=by),
        done=_l("Taken back. Nothing is done."),
    ),
    "direct": Doing(
        form=f.SendOn,
        run=lambda r, v, by: direct_request(
            request_id=r.id, peer_id=uuid.UUID(v["peer"]), reason=v["reason"], by=by
        ),
        done=_l("Noted. Once it is released, it goes straight there."),
    ),
    "undirect": Doing(
        run=lambda r, v, by: direct_request(request_id=r.id, peer_id=None, by=by),
        done=_l("Noted. The answer goes to the person only."),
    ),
    "send-on": Doing(
        form=f.SendNow,
        run=lambda r, v, by: send_package(request_id=r.id, peer_id=uuid.UUID(v["peer"]), by=by),
        permission="rights.release",
        done=_l("It is on its way. Transfers says how far it is."),
    ),
    "settle": Doing(
        form=SettleRecipient,
        run=lambda r, v, by: settle_recipient(
            disclosure_id=uuid.UUID(v["recipient"]),
            request_id=r.id,
            hearing=v["hearing"],
            reason=v["reason"],
            by=by,
        ),
        done=_l("Noted in the request's timeline."),
    ),
    "complete": Doing(run=_complete, done=_l("Done. They are told.")),
}


def form_of(what: str, request: RightsRequest, data: Any = None) -> forms.Form:
    """The form of that doing. A right that nobody carries out automatically is closed with words."""
    kind = DOINGS[what].form
    if what == "complete" and executor(request.kind) is None:
        kind = f.ByHand
    form = kind(data, auto_id=f"{what}-%s")
    if isinstance(form, SettleRecipient):
        form.offer([(str(one.id), one.words) for one in notifiable(request) if not one.settled])
    return form
