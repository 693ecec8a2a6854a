"""Who fills the calendar: a part that has clocks of its own adds its line here."""

from __future__ import annotations

from aureole.web.staff.privacy.calendar.entries import add_entries


def register() -> None:
    from aureole.web.staff.privacy.calendar import (
        of_breaches,
        of_consulting,
        of_keeping,
        of_requests,
        of_telling,
    )

    add_entries("requests", of_requests.entries_of_requests, permission="rights.read")
    add_entries("breaches", of_breaches.entries_of_breaches, permission="privacy.breach")
    add_entries("retention", of_keeping.entries_of_retention, permission="privacy.retention")
    add_entries("holds", of_keeping.entries_of_holds, permission="privacy.hold")
    add_entries("log", of_keeping.entries_of_the_log, permission="privacy.log")
    add_entries("telling", of_telling.entries_of_telling, permission="privacy.inform")
    add_entries("consultations", of_consulting.entries_of_consultations, permission="privacy.consult")
