"""Mail that came or went since two records were merged goes back with its message."""

from __future__ import annotations

from typing import Any

from aureole.channels.email.models import InboundMail, MessageIdentity, OutboundMail
from aureole.privacy.merging.ports import Pair, Parting, add_merge_step


class Mails:
    """Nothing to settle at a merge: a mail belongs to its message."""

    name = "mails"

    def join(self, pair: Pair) -> dict[str, Any]:
        return {}

    def sort(self, parting: Parting) -> None:
        messages = parting.back.get("desk_message.person_id", [])
        for model in (MessageIdentity, InboundMail, OutboundMail):
            rows = model._base_manager.filter(message__in=messages)
            place = f"{model._meta.db_table}.person_id"
            parting.back.setdefault(place, []).extend(rows.values_list("pk", flat=True))
        files = OutboundMail.objects.filter(message__in=messages, file__isnull=False)
        parting.back.setdefault("vault_sealed_file.person_id", []).extend(
            files.values_list("file_id", flat=True)
        )

    def split(self, parting: Parting, kept: dict[str, Any]) -> None:
        """Moving the rows was all."""


def register() -> None:
    add_merge_step(Mails())
