"""The answer form: to whom, what was typed so far, and the token that makes a second send harmless."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _

from aureole.desk.models import Draft, MessageKind
from aureole.desk.queries import OpenTicket
from aureole.kernel.actor import Actor
from aureole.kernel.ids import id_in
from aureole.people.models import Person
from aureole.people.models.person import PersonStatus
from aureole.people.queries import address_of, first_name, shown_name
from aureole.staff.permissions import may
from aureole.web.staff.desk.links import action_url
from aureole.web.ui.ages import say_clock
from aureole.web.ui.conversation import Composer, Recipient

KINDS: dict[str, str] = {"reply": MessageKind.PUBLIC, "note": MessageKind.NOTE}
Kind = Literal["reply", "note"]


def answer_context(
    request: HttpRequest,
    opened: OpenTicket,
    actor: Actor,
    drafts: Sequence[Draft],
    *,
    queue: str,
    error: str = "",
    warning: str = "",
) -> dict[str, Any]:
    """For `desk/_answer.html`. No composer when the actor may not write, or nobody may be written about."""
    requester = opened.requester
    if requester is None or requester.is_erased or is_untouchable(opened) or not may(actor, "desk.note"):
        return {"composer": None, "silent_words": _silent(opened, actor)}
    draft = drafts[0] if drafts else None
    number = opened.ticket.number
    composer = Composer(
        action=action_url("answer", number, queue),
        send_to=first_name(requester),
        token=secrets.token_hex(16),
        draft_url=action_url("draft", number, queue),
        draft=typed(request)
        if request.method == "POST" and error + warning
        else str(draft.text)
        if draft
        else "",
        saved=_("Draft saved %(when)s") % {"when": say_clock(draft.updated_at)} if draft else "",
        kind=_kind(request, draft),
        recipients=_recipients(request, opened),
        can_reply=may(actor, "desk.reply") and can_be_reached(requester),
        done_url=action_url("status", number, queue, "solved") if not opened.ticket.is_done else "",
    )
    return {"composer": composer, "seen": opened.last_message_id or "", "error": error, "warning": warning}


def can_be_reached(person: Person) -> bool:
    return person.status == PersonStatus.ACTIVE and address_of(person) is not None


def typed(request: HttpRequest) -> str:
    """What stands in the form, with line ends as we keep them."""
    return request.POST.get("body", "").replace("\r\n", "\n")


def _kind(request: HttpRequest, draft: Draft | None) -> Kind:
    chosen = request.POST.get("kind") if request.method == "POST" else None
    if chosen in KINDS:
        return "note" if chosen == "note" else "reply"
    return "note" if draft and draft.kind == MessageKind.NOTE else "reply"


def _recipients(request: HttpRequest, opened: OpenTicket) -> list[Recipient]:
    """The requester, then those who can be sent a copy: nobody gets one unless the agent says so."""
    assert opened.requester is not None
    chosen = set(request.POST.getlist("copies"))
    first = Recipient(
        name=shown_name(opened.requester), address=address_of(opened.requester) or _("no address")
    )
    return [first, *(_copy(person, chosen) for person in opened.copied if can_be_reached(person))]


def _copy(person: Person, chosen: set[str]) -> Recipient:
    return Recipient(
        name=shown_name(person),
        address=address_of(person) or "",
        choice=str(person.id),
        is_chosen=str(person.id) in chosen,
    )


def chosen_copies(request: HttpRequest, opened: OpenTicket) -> list[Person]:
    """Those ticked for a copy, out of the conversation's own people: no other address can be slipped in."""
    chosen = {id_in(one) for one in request.POST.getlist("copies")}
    return [person for person in opened.copied if person.id in chosen and can_be_reached(person)]


def is_untouchable(opened: OpenTicket) -> bool:
    """Whether the requester's data is kept and not used, or nobody's any more: nothing is offered that would be
    refused."""
    kept = (PersonStatus.RESTRICTED, PersonStatus.ANONYMOUS)
    return opened.requester is not None and opened.requester.status in kept


def _silent(opened: OpenTicket, actor: Actor) -> str:
    if not may(actor, "desk.note"):
        return _("Your role reads only. Ask an administrator if you need to answer.")
    if opened.requester is not None and opened.requester.is_anonymous:
        return _(
            "Whoever asked was anonymised: there is nobody to write to or about, and times are months only."
        )
    if is_untouchable(opened):
        return _("This person is restricted (GDPR Art. 18): nothing can be written until it is lifted.")
    return _("The person who asked was erased, so nothing more can be written to or about them.")
