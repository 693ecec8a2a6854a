from __future__ import annotations

import uuid

from django.conf import settings

from aureole.privacy.export.sheet import Counted
from aureole.privacy.retention.schedule import Schedule
from aureole.privacy.rights.letters.links import home
from aureole.privacy.rights.letters.outbox import write_everywhere
from aureole.privacy.rights.letters.wording import ending_of, words


def tell_where_from(person_id: uuid.UUID, *, language: str, source: str) -> int:
    """GDPR Art. 14: that their data came from another controller. Also at addresses that came with it, because the
    letter says nothing but that. In the caller's transaction; returns how many letters."""
    texts = words(language)
    filled = {
        "workspace": settings.AUREOLE_WORKSPACE,
        "source": source,
        "months": Counted(Schedule.now().months("customer"), language),
        "home": home(),
    }
    heading, body = (texts["moved_here"][name].format(**filled) for name in ("heading", "text"))
    paragraphs = [texts["greeting"], body, ending_of(texts)]
    return len(write_everywhere(person_id, "moved_here", heading, paragraphs))
