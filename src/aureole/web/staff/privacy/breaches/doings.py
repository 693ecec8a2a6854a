"""What can be done with a breach: the form, the action and the words of each."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_lazy as _l

from aureole.kernel.actor import Actor
from aureole.people.queries import the_owner_of
from aureole.privacy.breaches.actions.assess_breach import assess_breach
from aureole.privacy.breaches.actions.bound_breach import bound_breach
from aureole.privacy.breaches.actions.close_breach import close_breach
from aureole.privacy.breaches.actions.describe_breach import WORDS, describe_breach
from aureole.privacy.breaches.actions.excuse_telling import excuse_telling
from aureole.privacy.breaches.actions.report_breach import report_breach
from aureole.privacy.breaches.actions.tell_affected import tell_affected
from aureole.privacy.models import Breach
from aureole.staff.models import Agent
from aureole.web.doing import Doing, Values
from aureole.web.staff.privacy.breaches import forms as f


def _bound(breach: Breach, values: Values, by: Actor) -> object:
    addresses = [line.strip() for line in values["persons"].splitlines() if line.strip()]
    found = Agent.objects.filter(pk=uuid.UUID(values["account"])).first() if values["account"] else None
    return bound_breach(
        breach_id=breach.id, scope=values["scope"], account=found.actor if found else None,
        since=values["since"], until=values["until"], persons=[the_owner_of(address) for address in addresses],
        sealed_only=values["sealed_only"], by=by,
    )  # fmt: skip


DOINGS: dict[str, Doing[Breach]] = {
    "describe": Doing(
        form=f.Describe,
        run=lambda b, v, by: describe_breach(
            breach_id=b.id, by=by, ended_at=v["ended_at"], words={key: v[key] for key in WORDS}
        ),
        done=_l("Noted. What was said before stays in the history."),
    ),
    "bound": Doing(form=f.Bound, run=_bound, done=_l("The worker looks for those affected.")),
    "assess": Doing(
        form=f.Assess,
        run=lambda b, v, by: assess_breach(breach_id=b.id, risk=v["risk"], reason=v["reason"], by=by),
        done=_l("Judged, with your reason."),
    ),
    "report": Doing(
        form=f.Report,
        run=lambda b, v, by: report_breach(
            breach_id=b.id,
            handed_in_at=v["handed_in_at"],
            is_last=v["is_last"],
            delay_reason=v["delay_reason"],
            by=by,
        ),
        done=_l("Noted as handed in, as it stands now."),
    ),
    "tell": Doing(
        form=f.Tell,
        run=lambda b, v, by: tell_affected(breach_id=b.id, words=v, by=by),
        done=_l("They are written to, each once."),
    ),
    "excuse": Doing(
        form=f.Excuse,
        run=lambda b, v, by: excuse_telling(breach_id=b.id, ground=v["ground"], reason=v["reason"], by=by),
        done=_l("Noted, with its ground."),
    ),
    "close": Doing(
        form=f.Close,
        run=lambda b, v, by: close_breach(breach_id=b.id, remedy=v["remedy"], by=by),
        done=_l("Closed. It stays in the register."),
    ),
}
