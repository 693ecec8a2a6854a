from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id


class ObtainedFrom(models.TextChoices):
    """Whom data about somebody came from (GDPR Art. 14(2)(f)). The codes are those of `people.PersonSource`."""

    OWN = "own", "the person themselves"
    MENTIONED = "mentioned", "a mail somebody else sent that names them"
    STAFF = "staff", "entered by an agent"
    IMPORT = "import", "a package of another organisation"


class Settled(models.TextChoices):
    """How it ended: told, or no duty to tell (GDPR Art. 14(5))."""

    MESSAGE = "message", "told with the first message to them"
    LETTER = "letter", "told by a letter"
    PHONE = "phone", "told by phone"
    POST = "post", "told by post"
    IN_PERSON = "in_person", "told in person"
    STAFF = "staff", "a member of staff, told as one"
    KNOWS = "knows", "they have the information (GDPR Art. 14(5)(a))"
    EFFORT = "effort", "impossible or out of proportion (GDPR Art. 14(5)(b))"
    LAW = "law", "a law lays it down (GDPR Art. 14(5)(c))"
    SECRECY = "secrecy", "it has to stay secret (GDPR Art. 14(5)(d))"


class DisclosedTo(models.TextChoices):
    """What kind of recipient got data of somebody who has to be told (GDPR Art. 14(1)(e)); the letter says it."""

    CONTROLLER = "controller", "another company, as the person asked"
    GROUP = "group", "another company of ours"
    CARRIER = "carrier", "a carrier"
    SUPPLIER = "supplier", "a supplier or maker"
    INSURER = "insurer", "an insurer"
    ADVISER = "adviser", "a lawyer or other adviser"
    AUTHORITY = "authority", "an authority or a court"
    PERSON = "person", "a private person"


OTHERWISE = (Settled.PHONE, Settled.POST, Settled.IN_PERSON)
EXEMPT = (Settled.KNOWS, Settled.EFFORT, Settled.LAW, Settled.SECRECY)


class Informing(models.Model):
    """That somebody is told where their data came from and that they may object: owed, or how it was done.

    One row for each way their data came; one with the source "own" is made when they are told of their right to object
    only (GDPR Art. 21(4)), and is settled from its beginning.

    obtained_on        the day it came, at the controller's place: the month of Art. 14(3) starts here
    disclosed_on       the day it first went to somebody else while they were to be told: they have to know that day
    disclosed_to       what kind of recipient that was; "" while nobody got it
    settled_at, how    when and how it ended; NULL and "" while they have to be told
    objection_told_at  when they were told of the right to object
    reminded_on        when officers were last reminded of it
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    source = models.CharField(max_length=10, choices=ObtainedFrom.choices)
    obtained_on = models.DateField()
    disclosed_on = models.DateField(null=True)
    disclosed_to = models.CharField(max_length=10, choices=DisclosedTo.choices, blank=True)
    settled_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, choices=Settled.choices, blank=True)
    objection_told_at = models.DateTimeField(null=True)
    reminded_on = models.DateField(null=True)

    class Meta:
        db_table = "privacy_informing"
        indexes = [
            models.Index(
                fields=["obtained_on", "id"], name="informing_owed", condition=models.Q(settled_at=None)
            ),
            models.Index(
                fields=["disclosed_on", "obtained_on", "id"],
                name="informing_in_order",
                condition=models.Q(settled_at=None),
            ),
            models.Index(fields=["-settled_at", "-id"], name="informing_settled"),
        ]

    def __str__(self) -> str:
        return f"informing {self.id}, {self.how or 'owed'}"
