"""What the benchmarks measure is made by COPY, past every action. So it is held against what the product does."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from aureole.desk.models import Attachment, Message, Ticket
from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.people.models import Person
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.export.package import write_package
from aureole.privacy.residue.scan import scan
from aureole.search.find import find
from aureole.search.models import SearchEntry
from aureole.search.rebuild import rebuild
from aureole.vault import blind_index
from aureole.vault.files import read_file
from bench.company import Company
from bench.generate import generate
from bench.making.plan import Colleague, Known, Plan
from bench.making.story import tell, texts

HEAVY, BUSY = 2, 2


@pytest.fixture
def company(transactional_db: None) -> Iterator[Company]:
    made = generate(500, 7, heavy=HEAVY, busy=BUSY, processes=1, say=lambda words: None)
    yield made
    made.floor.session.execute("DROP SCHEMA floor CASCADE")
    made.floor.session.close()
    connections["default"].close()


@pytest.mark.slow  # loads a whole company: every claim about it in one go
def test_a_made_company_is_like_one_that_grew(company: Company) -> None:
    everything_is_there_and_opens(company)
    the_index_is_what_a_rebuild_makes()
    people_are_found(company)
    a_person_is_exported_and_erased(company)


def everything_is_there_and_opens(company: Company) -> None:
    assert company.messages == Message.objects.count() == 500 + HEAVY * 200 + BUSY * 20
    plain = dict(company.floor.session.execute("SELECT id, text FROM floor.desk_message").fetchall())
    assert {message.id: message.text for message in Message.objects.all()} == plain
    heavy = Message.objects.filter(person=company.heavy[0])
    assert heavy.count() == 200 and Attachment.objects.filter(person=company.heavy[0]).count() == 20
    assert all(len(read_file(a.file)) in (3_000, 60_000) for a in Attachment.objects.select_related("file"))
    assert list(Ticket.objects.filter(number__in=company.busy).values_list("message_count", flat=True)) == [
        20,
        20,
    ]
    numbers = list(Ticket.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "numbers without gaps"
    assert (
        Entry.objects.filter(type="desk.received").count() == Message.objects.filter(direction="in").count()
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('desk_ticket_number')")
        assert cursor.fetchone()[0] == numbers[-1] + 1


def the_index_is_what_a_rebuild_makes() -> None:
    def held() -> dict[tuple[str, object], list[int]]:
        rows = SearchEntry.objects.values_list("kind", "row_id", "tokens")
        return {(kind, row_id): tokens for kind, row_id, tokens in rows}

    before = held()
    assert rebuild(lambda done: None) == len(before)
    assert held() == before


def people_are_found(company: Company) -> None:
    address = company.addresses[0]
    owner = blind_index.find(kind="email", value=address)
    assert owner is not None
    hits = find(address, actor=company.agent.actor).hits
    assert owner in {hit.person for hit in hits}
    message = Message.objects.filter(person_id=owner).latest("sent_at")
    longest = max((word for word in str(message.text).split() if word.isalpha()), key=len)
    assert message.id in {hit.id for hit in find(longest, actor=company.agent.actor, limit=100).hits}


def a_person_is_exported_and_erased(company: Company) -> None:
    (person_id,) = company.take_heavy(1)
    name = str(Person.objects.get(pk=person_id).name)
    package = io.BytesIO()
    write_package(person_id, package, by=Actor.operator())
    assert len([n for n in zipfile.ZipFile(package).namelist() if n.endswith(".eml")]) == 200
    messages = Message.objects.count()
    outcome = erase_person(person_id, by=Actor.operator(), reason="")
    assert _ours(place["place"] for place in outcome.residue["places"]) == set()
    assert Message.objects.count() == messages - 200
    assert _ours(place.place for place in scan([name], deep=True).places) == set()
    assert len(company.heavy) == HEAVY - 1


def _ours(places: Iterable[str]) -> set[str]:
    """The floor keeps everything in plain words, on purpose."""
    return {place for place in places if not place.startswith("floor.")}


def test_a_part_is_the_same_whoever_makes_it(db: None) -> None:
    known = Known(id=Person().id, name="Ada Lind", address="ada@mail.example")
    plan = Plan(
        size=1_000, seed=7, started=datetime(2025, 1, 1, tzinfo=UTC), first_number=1001,
        colleagues=(Colleague(Person().id, Person().id),), heavy=(known,), busy=(known,),
    )  # fmt: skip
    made = [tell(plan, part) for part in range(plan.parts)]
    assert list(texts(tell(plan, 1))) == list(texts(made[1]))
    assert list(texts(tell(replace(plan, seed=4), 1))) != list(texts(made[1]))
    numbers = [ticket.number for rows in made for ticket in rows.tickets]
    assert numbers == list(range(1001, 1001 + 321))
    assert sum(len(rows.messages) for rows in made) == plan.messages == 1_220
