from __future__ import annotations

import uuid

from django.db import models

from aureole.desk.models import Message
from aureole.kernel.ids import new_id
from aureole.people.models import Person
from aureole.vault.fields import SealedTextField


class MessageIdentity(models.Model):
    """The Message-ID of a message that came or went: how a reply to it is recognised.

    digest  keyed, because a Message-ID may hold an address
    value   the identifier without brackets, for the References of our answers
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="identities")
    message_id: uuid.UUID
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    person_id: uuid.UUID
    digest = models.BinaryField(max_length=16, db_index=True)
    value = SealedTextField()

    class Meta:
        db_table = "email_message_identity"

    def __str__(self) -> str:
        return f"identity of message {self.message_id}"
