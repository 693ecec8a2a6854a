from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.db.models import Max

from aureole.kernel.actor import Actor
from aureole.kernel.text import one_line
from aureole.privacy.consulting.noting import note, refuse_day, words
from aureole.privacy.law.limits import Duty, limit
from aureole.privacy.models import Consultation
from aureole.privacy.rights.place import country

_ONE_AT_A_TIME = 4_306_041
_LONGEST_AUTHORITY, _LONGEST_REFERENCE = 120, 60


def record_consultation(
    *,
    authority: str,
    about: str,
    sent_on: date,
    by: Actor,
    received_on: date | None = None,
    reference: str = "",
) -> Consultation:
    """Enter a prior consultation in the register and start the authority's clock (GDPR Art. 36).

    received_on  when the authority had it; the day it was sent where nobody knows
    The caller has checked the permission. The same one twice is one. Raises Refused without words, for a day to come,
    where words name somebody, and for a country whose law is not on file.
    """
    called = one_line(words(authority, needed="Say which authority. Nothing was recorded."))[
        :_LONGEST_AUTHORITY
    ]
    said = words(about, needed="Say which processing it is about. Nothing was recorded.")
    refuse_day(sent_on, not_before=date.min)
    begins = received_on or sent_on
    refuse_day(begins, not_before=sent_on)
    applies = limit(Duty.CONSULT, country(), begins)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        same = Consultation.objects.filter(
            authority=called, about=said, sent_on=sent_on, ended_on=None
        ).first()
        if same is not None:
            return same
        last = Consultation.objects.aggregate(last=Max("number"))["last"]
        consultation = Consultation.objects.create(
            number=int(last or 0) + 1, authority=called, about=said, sent_on=sent_on, received_on=begins,
            reference=one_line(words(reference))[:_LONGEST_REFERENCE], law=applies.law,
            weeks=applies.within.weeks, extension_weeks=applies.extension.weeks,
            announced_within_months=applies.announced_within.months,
        )  # fmt: skip
        note(consultation, "recorded", by=by)
    return consultation
