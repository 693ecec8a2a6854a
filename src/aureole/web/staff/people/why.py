"""What opens behind a seal: why we hold it, until when, who read it."""

from __future__ import annotations

import uuid

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from aureole.kernel.actor import Actor
from aureole.privacy import vocabulary
from aureole.staff.permissions import may
from aureole.web.staff.people.data_rows import Held
from aureole.web.staff.people.log_lines import readings_of, say_more
from aureole.web.ui.protection import Provenance

_READINGS = 4
_CORRECTABLE = ("name", "pronouns", "language", "time_zone", "postal_address")
_AT_REST = {
    "sealed": _l("Sealed with AES-256-GCM, key %(group)s"),
    "keyed": _l("Kept as a keyed number only"),
    "plain": _l("Kept in plain: a code or a number, no words"),
}


def provenance_of(thing: Held, person_id: uuid.UUID, actor: Actor) -> Provenance:
    """The three answers, from the same map that export and erasure read."""
    row = thing.map_row
    readings, total = readings_of(person_id, most=_READINGS)
    is_correctable = thing.key in _CORRECTABLE and may(actor, "people.correct")
    return Provenance(
        why=_why(row.purpose_key),
        until=_until(row.retention),
        until_rest=_("An erasure ends it at once: %(how)s.") % {"how": row.on_erase},
        readings=readings,
        readings_rest=say_more(total),
        sealed_with=str(_AT_REST[row.at_rest]) % {"group": row.key_group},
        log_entry=_("declared in %(place)s") % {"place": row.declared},
        correct_url=reverse("people:correct", args=[person_id]) if is_correctable else "",
    )


def _why(purpose_key: str) -> str:
    if not vocabulary.is_purpose(purpose_key):
        return _("Nobody has said why yet. The data map lists it as a gap.")
    why = vocabulary.purpose(purpose_key)
    return _("We hold it %(words)s. %(article)s.") % {"words": why.words, "article": why.article}


def _until(label: str) -> str:
    found = next((r for r in vocabulary.retentions() if r.label == label), None)
    if found is None:
        return _("No end was named yet. The data map lists it as a gap.")
    return _("%(label)s: the period begins with %(start)s.") % {
        "label": label[:1].upper() + label[1:], "start": found.start
    }  # fmt: skip
