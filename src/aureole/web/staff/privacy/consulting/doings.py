"""What can be done with a consultation: the form, the action and the words of each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _l

from aureole.privacy.consulting.actions.end_consultation import end_consultation
from aureole.privacy.consulting.actions.extend_consultation import extend_consultation
from aureole.privacy.consulting.actions.pause_consultation import pause_consultation
from aureole.privacy.consulting.actions.resume_consultation import resume_consultation
from aureole.privacy.models import Consultation
from aureole.web.doing import Doing
from aureole.web.staff.privacy.consulting import forms as f

DOINGS: dict[str, Doing[Consultation]] = {
    "extend": Doing(
        form=f.Extend,
        run=lambda c, v, by: extend_consultation(
            consultation_id=c.id, announced_on=v["announced_on"], reason=v["reason"], by=by
        ),
        done=_l("Noted. The last day has moved."),
    ),
    "pause": Doing(
        form=f.Pause,
        run=lambda c, v, by: pause_consultation(
            consultation_id=c.id, asked_on=v["asked_on"], asked=v["asked"], by=by
        ),
        done=_l("Noted. The authority’s time stands still until it has it."),
    ),
    "resume": Doing(
        form=f.Resume,
        run=lambda c, v, by: resume_consultation(consultation_id=c.id, given_on=v["given_on"], by=by),
        done=_l("Noted. The authority’s time goes on."),
    ),
    "end": Doing(
        form=f.End,
        run=lambda c, v, by: end_consultation(
            consultation_id=c.id, end=v["end"], ended_on=v["ended_on"], answer=v["answer"], by=by
        ),
        done=_l("Noted. It stays in the register."),
    ),
}
