"""Which tickets have run out, and what becomes of each: one statement for any number of them.

direct contact  3 months after our last answer, when nothing came from them since and the ticket is not open;
                a ticket that was closed without an answer: after it was closed. Until then the time has not begun
demonstration   12 months after the last message in either direction
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.conf import settings
from django.db import connection

from aureole.desk.held import held_tickets
from aureole.desk.models import Channel, TicketType
from aureole.privacy.retention.plan import letters_floor
from aureole.privacy.retention.ports import When

Verdict = Literal["erase", "restrict", "held", "floor"]
CLASSES = ("direct_contact", "demo_request")
LETTERS = (TicketType.ORDER, TicketType.RETURN)
"""What is written in them prepares, carries out or undoes a trade: business letters (HGB § 257(1) no. 2, 3)."""


@dataclass(frozen=True, slots=True)
class RunOut:
    """A ticket whose time is over. `floor_until`: the law wants it until then, the first day it may go."""

    ticket_id: uuid.UUID
    class_key: str
    verdict: Verdict
    floor_until: date | None


_STATEMENT = """
WITH term(type, channel, class, months, floor_years) AS (
    SELECT * FROM unnest(
        %(types)s::text[], %(channels)s::text[], %(classes)s::text[], %(months)s::int[], %(floors)s::int[]
    )
),
own(class, scope, value, months) AS (
    SELECT * FROM unnest(%(own_classes)s::text[], %(own_scopes)s::text[], %(own_values)s::uuid[], %(own_months)s::int[])
),
begun AS (
    SELECT t.id, t.restricted_until, term.class, term.floor_years, said.last,
        coalesce(
            (SELECT max(own.months) FROM desk_ticket_tags tagged JOIN own ON own.value = tagged.tag_id
             WHERE tagged.ticket_id = t.id AND own.class = term.class AND own.scope = 'label'),
            (SELECT own.months FROM people_person p JOIN own ON own.value = p.organisation_id
             WHERE p.id = t.requester_id AND own.class = term.class AND own.scope = 'organisation'),
            (SELECT own.months FROM own
             WHERE own.value = t.brand_id AND own.class = term.class AND own.scope = 'brand'),
            term.months
        ) AS months,
        CASE
            WHEN term.class = 'demo_request' THEN greatest(said.last, t.created_at)
            WHEN t.status = 'open' THEN NULL
            WHEN said.answered >= coalesce(said.wrote, '-infinity') THEN said.answered
            WHEN t.status IN ('solved', 'closed')
                THEN greatest(coalesce(t.closed_at, t.updated_at), said.wrote, said.answered)
        END AS start
    FROM desk_ticket t
    JOIN term ON term.type = t.type AND term.channel = t.channel
    CROSS JOIN LATERAL (
        SELECT max(m.sent_at) FILTER (WHERE m.direction = 'out') AS answered,
            max(m.sent_at) FILTER (WHERE m.direction = 'in') AS wrote,
            coalesce(max(m.sent_at), t.created_at) AS last
        FROM desk_message m WHERE m.ticket_id = t.id AND m.kind = 'public'
    ) said
    WHERE t.id = ANY(%(ids)s)
),
over AS (
    SELECT id, class, restricted_until,
        CASE WHEN floor_years > 0
            THEN make_date(extract(year FROM last AT TIME ZONE %(zone)s)::int + floor_years + 1, 1, 1)
        END AS floor_until
    FROM begun
    WHERE (start AT TIME ZONE %(zone)s)::date + make_interval(months => months) <= %(day)s::date
)
SELECT id, class, CASE
        WHEN id = ANY(%(held)s) THEN 'held'
        WHEN floor_until > %(day)s AND restricted_until IS NOT NULL THEN 'floor'
        WHEN floor_until > %(day)s THEN 'restrict'
        ELSE 'erase'
    END, floor_until
FROM over
"""


def verdicts(ticket_ids: Sequence[uuid.UUID], when: When) -> list[RunOut]:
    """Of these tickets, those whose time is over."""
    terms, own = list(_terms(when)), list(_own(when))
    values: dict[str, Any] = {
        "types": [t[0] for t in terms], "channels": [t[1] for t in terms], "classes": [t[2] for t in terms],
        "months": [t[3] for t in terms], "floors": [t[4] for t in terms], "ids": list(ticket_ids),
        "own_classes": [o[0] for o in own], "own_scopes": [o[1] for o in own], "own_values": [o[2] for o in own],
        "own_months": [o[3] for o in own],
        "held": sorted(held_tickets()), "day": when.as_of, "zone": settings.AUREOLE_TIME_ZONE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, values)
        return [RunOut(*row) for row in cursor.fetchall()]


def _terms(when: When) -> Iterator[tuple[str, str, str, int, int]]:
    """Type, channel, class, months, years of the statutory floor: for each kind of ticket there is."""
    floor = letters_floor(when.country, when.as_of)
    letters = floor.years if floor else 0
    for kind in TicketType.values:
        class_key = "demo_request" if kind == TicketType.DEMO else "direct_contact"
        for channel in Channel.values:
            months = when.schedule.months(class_key, type=kind, channel=channel)
            yield kind, channel, class_key, months, letters if kind in LETTERS else 0


def _own(when: When) -> Iterator[tuple[str, str, str, int]]:
    """Rules that hang on a single ticket: class, scope, id of the label, organisation or brand, months."""
    for class_key in CLASSES:
        for scope in ("label", "organisation", "brand"):
            for value, months in when.schedule.own(class_key, scope).items():
                yield class_key, scope, value, months
