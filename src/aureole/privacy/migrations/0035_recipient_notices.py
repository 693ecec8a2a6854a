"""What recipients outside heard of requests becomes rows, and what they have yet to hear of waits as before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import aureole.kernel.ids
import aureole.vault.fields

_EVENTS = {"rectification": "correct", "restriction": "restrict", "erasure": "erase"}
_BATCH = 1000


def _keep_what_was_noted(apps: Any, schema_editor: Any) -> None:
    """Of each request its recipients were told of, or have to be since it was carried out."""
    disclosure, notice = apps.get_model("privacy", "Disclosure"), apps.get_model("privacy", "RecipientNotice")
    named = disclosure.objects.filter(name__isnull=False).values("id", "person_id", "disclosed_on", "settled")
    requests = apps.get_model("privacy", "RightsRequest").objects.filter(kind__in=_EVENTS)
    place, rows = ZoneInfo(settings.AUREOLE_TIME_ZONE), []
    for one in named.iterator():
        for request in requests.filter(person_id=one["person_id"]).values("id", "kind", "state", "closed_at"):
            heard = one["settled"].get(str(request["id"]), "")
            day = (request["closed_at"] or datetime.now(UTC)).astimezone(place).date()
            if heard or (request["state"] == "done" and one["disclosed_on"] <= day):
                rows.append(
                    notice(
                        disclosure_id=one["id"],
                        person_id=one["person_id"],
                        event=_EVENTS[request["kind"]],
                        request_id=request["id"],
                        changed_on=day,
                        hearing=heard,
                        settled_on=day if heard else None,
                    )
                )
    notice.objects.bulk_create(rows, batch_size=_BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0034_private_recipients"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecipientNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=aureole.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField(db_index=True)),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("correct", "corrected at the sender's"),
                            ("erase", "erased at the sender's"),
                            ("restrict", "restricted at the sender's"),
                            ("lift", "restriction lifted at the sender's"),
                        ],
                        max_length=10,
                    ),
                ),
                ("request_id", models.UUIDField(null=True)),
                ("changed_on", models.DateField()),
                (
                    "hearing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("told", "they were told"),
                            ("impossible", "it proves impossible"),
                            ("effort", "it would take a disproportionate effort"),
                            ("over", "it was over before they heard of it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", aureole.vault.fields.SealedTextField(group="evidence", null=True)),
                ("settled_on", models.DateField(null=True)),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="privacy.disclosure",
                    ),
                ),
            ],
            options={
                "db_table": "privacy_recipient_notice",
                "indexes": [
                    models.Index(
                        condition=models.Q(("hearing", "")), fields=["changed_on"], name="recipient_untold"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("request_id__isnull", False)),
                        fields=("disclosure", "request_id"),
                        name="one_notice_of_a_request",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("hearing", ""), ("request_id", None)),
                        fields=("disclosure", "event"),
                        name="one_waiting_notice_of_an_event",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hearing", ""), ("settled_on", None)),
                            models.Q(models.Q(("hearing", ""), _negated=True), ("settled_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="recipient_heard_on_a_day",
                    ),
                ],
            },
        ),
        migrations.RunPython(_keep_what_was_noted, migrations.RunPython.noop, elidable=True),
    ]
