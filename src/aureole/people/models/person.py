from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.actor import Actor
from aureole.kernel.ids import new_id
from aureole.people import officers
from aureole.people.models.organisation import Organisation, Site
from aureole.vault.erased import Erased
from aureole.vault.fields import SealedTextField


class PersonStatus(models.TextChoices):
    ACTIVE = "active", "active"
    RESTRICTED = "restricted", "restricted"
    ERASING = "erasing", "being erased"
    ANONYMOUS = "anonymous", "a pseudonym, nobody"


class PersonSource(models.TextChoices):
    """Where we first had the person from (GDPR Art. 15(1)(g))."""

    EMAIL = "email", "an e-mail they sent"
    MENTIONED = "mentioned", "an e-mail someone sent that names them as a recipient"
    STAFF = "staff", "entered by an agent"
    IMPORT = "import", "imported"


class Childhood(models.TextChoices):
    """Whether a child below the age of consent may be dealt with on consent (GDPR Art. 8)."""

    NONE = "", "not known to be a child"
    WAITING = "waiting", "a child, nobody has answered for them"
    GUARDED = "guarded", "a child, with consent of a guardian"


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, actor: Actor) -> PersonQuerySet:
        """Staff, operators and the program see every person, agents none who is restricted; a customer themselves."""
        if actor.kind == "customer":
            return self.filter(pk=actor.person_id) if actor.person_id else self.none()
        if officers.sees_restricted(actor):
            return self
        return self.exclude(status=PersonStatus.RESTRICTED) if actor.kind == "agent" else self.none()

    def restricted(self) -> PersonQuerySet:
        """Whose data is kept and not used (GDPR Art. 18)."""
        return self.filter(status=PersonStatus.RESTRICTED)

    def pseudonyms(self) -> PersonQuerySet:
        """Nobody: what stays of people who were anonymised (privacy.anonymising)."""
        return self.filter(status=PersonStatus.ANONYMOUS)


class Person(models.Model):
    """A natural person: the data subject, whether customer or agent.

    birth_date             ISO 8601 ("2012-05-17"); asked of nobody, kept when it was stated
    time_zone              name of the IANA database ("Europe/Stockholm"), as somebody noted it
    childhood, child_since whether they are below the age of consent, and since when we know
    guardian               who answers for a child and how that was made sure, in words
    also_known_as          names given up when records were merged, one a line: what an erasure looks for as well
    relationship_ended_on  the day a customer relationship ended, as somebody stated it
    last_contact_on        noted when the last conversation itself ran out (privacy.retention)
    restricted_at  since when their data is kept and not used; NULL when it is not restricted
    twins_sought   whether anybody has looked for other records of theirs (people.twins)
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    status = models.CharField(max_length=12, choices=PersonStatus.choices, default=PersonStatus.ACTIVE)
    source = models.CharField(max_length=12, choices=PersonSource.choices)
    language = models.CharField(max_length=5, blank=True)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    childhood = models.CharField(max_length=8, blank=True, choices=Childhood.choices)
    child_since = models.DateTimeField(null=True)
    relationship_ended_on = models.DateField(null=True)
    last_contact_on = models.DateField(null=True)
    restricted_at = models.DateTimeField(null=True)
    twins_sought = models.BooleanField(default=False)

    name = SealedTextField(group="identity", null=True)
    pronouns = SealedTextField(group="identity", null=True)
    postal_address = SealedTextField(group="identity", null=True)
    time_zone = SealedTextField(group="identity", null=True)
    birth_date = SealedTextField(group="identity", null=True)
    guardian = SealedTextField(group="identity", null=True)
    also_known_as = SealedTextField(group="identity", null=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        db_table = "people_person"
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="person_by_recency"),
            models.Index(
                fields=["child_since"], name="child_without_guardian", condition=models.Q(childhood="waiting")
            ),
            models.Index(fields=["id"], name="person_child", condition=~models.Q(childhood="")),
            # Both are nearly empty; every list asks who is in the second.
            models.Index(fields=["id"], name="person_unsought", condition=models.Q(twins_sought=False)),
            models.Index(fields=["id"], name="person_restricted", condition=models.Q(status="restricted")),
            models.Index(fields=["id"], name="person_anonymous", condition=models.Q(status="anonymous")),
        ]

    def __str__(self) -> str:
        return f"person {self.id}"

    @property
    def person_id(self) -> uuid.UUID:
        """Whose data this row is: their own."""
        return self.id

    @property
    def other_names(self) -> list[str]:
        """Names of records that were merged into this one."""
        return str(self.also_known_as or "").splitlines()

    @property
    def is_erased(self) -> bool:
        return isinstance(self.name, Erased)

    @property
    def is_anonymous(self) -> bool:
        return self.status == PersonStatus.ANONYMOUS
