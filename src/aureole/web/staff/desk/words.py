"""Codes of the desk in words."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aureole.desk.models import ChangeKind, DeliveryState, Priority, Status, TicketType
from aureole.desk.queries import ThreadChange
from aureole.privacy.rights.kinds import RIGHTS

QUEUES = {
    "mine": gettext_lazy("Mine"),
    "unassigned": gettext_lazy("Unassigned"),
    "open": gettext_lazy("All open"),
    "waiting": gettext_lazy("Waiting for them"),
    "solved": gettext_lazy("Solved"),
    "closed": gettext_lazy("Closed"),
}
STATUSES = {
    Status.OPEN: gettext_lazy("Open"),
    Status.WAITING: gettext_lazy("Waiting for them"),
    Status.SOLVED: gettext_lazy("Solved"),
    Status.CLOSED: gettext_lazy("Closed"),
}
SHAPES = {Status.OPEN: "open", Status.WAITING: "wait", Status.SOLVED: "done", Status.CLOSED: "done"}
PRIORITIES = {
    Priority.LOW: gettext_lazy("Low priority"),
    Priority.NORMAL: gettext_lazy("Normal priority"),
    Priority.HIGH: gettext_lazy("High priority"),
    Priority.URGENT: gettext_lazy("Urgent"),
}
TYPES = {
    TicketType.QUESTION: gettext_lazy("Question"),
    TicketType.PROBLEM: gettext_lazy("Problem"),
    TicketType.RETURN: gettext_lazy("Return"),
    TicketType.ORDER: gettext_lazy("Order"),
    TicketType.PRIVACY: gettext_lazy("Privacy"),
    TicketType.DEMO: gettext_lazy("Request for a demonstration"),
}
CHANNELS = {"email": gettext_lazy("E-mail"), "staff": gettext_lazy("Entered by an agent")}
_DELIVERY = {
    DeliveryState.QUEUED: gettext_lazy("leaves soon"),
    DeliveryState.SENT: gettext_lazy("given to the mail server"),
    DeliveryState.UNCERTAIN: gettext_lazy(
        "delivery uncertain: the mail server did not say whether it took it"
    ),
    DeliveryState.NOT_CONFIGURED: gettext_lazy("kept here: no outgoing mail server is set"),
    DeliveryState.FAILED: gettext_lazy("not delivered"),
}


def say_delivery(delivery: str) -> str:
    """What became of an answer, "" when it was never meant to be sent."""
    return str(_DELIVERY.get(DeliveryState(delivery), ""))


def say_status(status: str) -> str:
    return str(STATUSES[Status(status)])


def say_change(change: ThreadChange, names: Mapping[uuid.UUID, str]) -> str:
    """One change as a sentence. `names` are those of the agents, the reader's own as "you"."""
    what = _what_changed(change, names)
    if change.kind == ChangeKind.ASSIGNEE and change.by is not None and change.by == change.assignee:
        return _("Taken by %(who)s.") % {"who": names.get(change.by, _("somebody"))}
    if change.by is None:
        return _("%(what)s.") % {"what": what}
    return _("%(what)s by %(who)s.") % {"what": what, "who": names.get(change.by, _("somebody"))}


def _what_changed(change: ThreadChange, names: Mapping[uuid.UUID, str]) -> str:
    if change.kind == ChangeKind.STATUS:
        return _("Set to “%(status)s”") % {"status": say_status(change.after).lower()}
    if change.kind == ChangeKind.PRIORITY:
        return _("Priority set to %(priority)s") % {"priority": Priority(change.after).label}
    if change.kind == ChangeKind.ASSIGNEE:
        if change.assignee is None:
            return _("Given back to everybody")
        return _("Assigned to %(name)s") % {"name": names.get(change.assignee, _("somebody"))}
    if change.kind == ChangeKind.NOT_ASKED:
        return _("Marked as no request to %(right)s") % {"right": RIGHTS[change.after].words}
    if change.kind == ChangeKind.NOT_CHILD:
        return _("Marked as telling of no child")
    if change.kind == ChangeKind.TYPE:
        return _("Type set to %(type)s") % {"type": str(TYPES[TicketType(change.after)]).lower()}
    if change.kind == ChangeKind.BRAND:
        return _("Brand changed")
    return _("Team changed") if change.kind == ChangeKind.TEAM else _("Labels changed")
