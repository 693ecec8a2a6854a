"""What cannot leave because no mail server is set: one word for the operator, wherever it is asked."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aureole.channels.email.models import OutboundMail, OutboundState
from aureole.channels.email.transport import transport
from aureole.privacy.rights.sending import count_waiting


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptBack:
    """letters of the rights desk, which leave by themselves once a server is set; answers, which somebody sends."""

    letters: int
    answers: int

    @property
    def words(self) -> str:
        """ "no mail server: 6 letters wait, 2 answers wait"; without counts where nothing waits."""
        letters = ngettext("%(count)d letter waits", "%(count)d letters wait", self.letters)
        answers = ngettext("%(count)d answer waits", "%(count)d answers wait", self.answers)
        told = [
            words % {"count": count}
            for words, count in ((letters, self.letters), (answers, self.answers))
            if count
        ]
        return _("no mail server: %(told)s") % {"told": ", ".join(told) or _("nothing can leave")}


def kept_back() -> KeptBack | None:
    """None where a mail server is set. Two statements, else none."""
    if transport() is not None:
        return None
    answers = OutboundMail.objects.filter(state=OutboundState.NOT_CONFIGURED).count()
    return KeptBack(letters=count_waiting("email"), answers=answers)
