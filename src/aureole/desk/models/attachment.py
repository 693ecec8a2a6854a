from __future__ import annotations

import uuid

from django.db import models

from aureole.desk.models.message import Message
from aureole.kernel.ids import new_id
from aureole.people.models import Person
from aureole.vault.fields import SealedTextField
from aureole.vault.models import SealedFile


class Attachment(models.Model):
    """A file that came or went with a message; its bytes are a sealed file.

    content_id  set for images the HTML shows in place
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    message_id: uuid.UUID
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    person_id: uuid.UUID
    file = models.OneToOneField(SealedFile, on_delete=models.PROTECT, related_name="+")
    file_id: uuid.UUID
    name = SealedTextField()
    content_type = SealedTextField()
    content_id = SealedTextField(null=True)
    position = models.IntegerField(default=0)

    class Meta:
        db_table = "desk_attachment"

    def __str__(self) -> str:
        return f"attachment {self.id}"
