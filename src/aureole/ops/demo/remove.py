"""Sample data out."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Q

from aureole.desk.models import Attachment, Brand, Message, Tag, Ticket
from aureole.ops.demo.dependants import delete_with_dependants
from aureole.ops.demo.marks import marked
from aureole.ops.demo.models import DemoMark
from aureole.ops.demo.requesting import drop_jobs
from aureole.people.models import Organisation, Person
from aureole.privacy.erasure.deleting import carry_out_step, delete_jobs, delete_rows
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.models import RequestLetter, RetentionRule, RightsRequest
from aureole.privacy.ports import erasure_steps
from aureole.search.index import remove_documents, remove_person
from aureole.staff.models import Agent, Role, Team
from aureole.vault import blind_index
from aureole.vault.files import delete_files
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys
from aureole.vault.models import SealedFile

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Removed:
    """What was there until now. `administrators` are the active ones that are left."""

    persons: int
    tickets: int
    messages: int
    requests: int
    administrators: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def remove_demo(progress: Progress | None = None) -> Removed:
    """Take out every row, file, index entry and key of the sample data; doing it again finds nothing.

    What people wrote into sample tickets since goes with them. What stays is what no erasure
    takes: log entries without names, and the fences that keep a destroyed key destroyed.
    An interrupted removal is finished by the next one: the marks go last.
    """
    persons = marked(Person)
    with transaction.atomic():
        there = Person.objects.filter(pk__in=persons).count()
        requests = _drop_requests(persons)
        tickets, messages = _drop_tickets(persons)
    for done, person_id in enumerate(persons, start=1):
        _drop_person(person_id)
        (progress or _silently)(done, len(persons))
    with transaction.atomic():
        _drop_words_of_the_desk()
        DemoMark.objects.all().delete()
    left = Agent.objects.filter(role=Role.ADMIN, is_active=True).count()
    return Removed(persons=there, tickets=tickets, messages=messages, requests=requests, administrators=left)


def _silently(done: int, of: int) -> None:
    """Nobody is watching."""


def _drop_requests(persons: Iterable[uuid.UUID]) -> int:
    """Requests of the story, and those that were opened for its people since; returns how many.

    An answer to somebody real stays to be shown; nobody has to show what was answered to somebody invented.
    """
    ours = Q(pk__in=marked(RightsRequest)) | Q(person_id__in=list(persons))
    requests = list(RightsRequest.objects.filter(ours).values_list("pk", flat=True))
    letters = RequestLetter.objects.filter(request__in=requests)
    drop_jobs("letter_id", letters.values_list("pk", flat=True))
    drop_jobs("request_id", requests)
    RightsRequest.objects.filter(pk__in=requests).delete()
    return len(requests)


def _drop_tickets(persons: Iterable[uuid.UUID]) -> tuple[int, int]:
    """The tickets with all that hangs on them; returns how many, and how many messages.

    Statistics of them are not kept, as an erasure would: the figures are invented too.
    """
    ours = Q(pk__in=marked(Ticket)) | Q(requester_id__in=list(persons))
    tickets = list(Ticket.objects.filter(ours).values_list("pk", flat=True))
    messages = list(Message.objects.filter(ticket_id__in=tickets).values_list("pk", flat=True))
    attached = list(Attachment.objects.filter(message_id__in=messages).values_list("pk", "file_id"))
    files = [file_id for _, file_id in attached]
    remove_documents("ticket", tickets)
    remove_documents("message", messages)
    remove_documents("file", [attachment_id for attachment_id, _ in attached])
    Ticket.objects.filter(pk__in=tickets).update(last_message=None)
    for model, keys in ((Message, messages), (Ticket, tickets)):
        delete_with_dependants(model, keys)
    delete_files(SealedFile.objects.filter(pk__in=files).defer("inline", "envelope"))
    return len(tickets), len(messages)


def _drop_person(person_id: uuid.UUID) -> None:
    """What an erasure does, but for the proof: nobody invented asks for one."""
    with transaction.atomic():
        subject = Subject.of(person_id)
        for step in erasure_steps():
            carry_out_step(step, subject)
        delete_rows(person_id)
        remove_person(person_id)
        blind_index.remove_person(person_id)
        delete_jobs(person_id)
    erase_keys(person_id, list(KeyGroup))


def _drop_words_of_the_desk() -> None:
    """Labels, teams, brands and companies of the story, unless somebody real uses them by now.

    No action takes a brand away, because tickets go on saying of which they were; of an invented one none are left.
    """
    brands = Brand.objects.filter(pk__in=marked(Brand), ticket=None)
    named = [str(brand_id) for brand_id in brands.values_list("pk", flat=True)]
    RetentionRule.objects.filter(scope="brand", value__in=named).delete()
    brands.delete()
    Tag.objects.filter(pk__in=marked(Tag), tickets=None).delete()
    Team.objects.filter(pk__in=marked(Team), memberships=None, ticket=None).delete()
    Organisation.objects.filter(pk__in=marked(Organisation), person=None).delete()
