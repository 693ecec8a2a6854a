"""What was noted before names were kept stays what it is: a kind and a day, told as that."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

import aureole.kernel.ids
import aureole.vault.fields
from aureole.kernel.clock import now

_BATCH = 1000


def _keep_what_was_noted(apps: Any, schema_editor: Any) -> None:
    informing, disclosure = apps.get_model("privacy", "Informing"), apps.get_model("privacy", "Disclosure")
    noted = informing.objects.exclude(disclosed_on=None).exclude(disclosed_to__in=["", "controller"])
    found = noted.order_by().values_list("person_id", "disclosed_to", "disclosed_on").distinct()
    moment = now()
    disclosure.objects.bulk_create(
        (
            disclosure(person_id=person_id, to=to, unnamed="earlier", disclosed_on=day, noted_at=moment)
            for person_id, to, day in found.iterator()
        ),
        batch_size=_BATCH,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0027_who_got_it"),
    ]

    operations = [
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=aureole.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                (
                    "to",
                    models.CharField(
                        choices=[
                            ("controller", "another company, as the person asked"),
                            ("group", "another company of ours"),
                            ("carrier", "a carrier"),
                            ("supplier", "a supplier or maker"),
                            ("insurer", "an insurer"),
                            ("adviser", "a lawyer or other adviser"),
                            ("authority", "an authority or a court"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", aureole.vault.fields.SealedTextField(group="evidence", null=True)),
                (
                    "unnamed",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unknown", "it cannot be found out who got it"),
                            ("excessive", "it was asked for without ground, or to excess (GDPR Art. 12(5))"),
                            ("earlier", "noted before names were kept"),
                        ],
                        max_length=9,
                    ),
                ),
                ("why", aureole.vault.fields.SealedTextField(group="evidence", null=True)),
                ("disclosed_on", models.DateField()),
                ("noted_at", models.DateTimeField()),
                ("noted_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "privacy_disclosure",
                "indexes": [
                    models.Index(fields=["person_id", "disclosed_on", "id"], name="disclosure_of_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name__isnull", False), ("unnamed", "")),
                            models.Q(models.Q(("unnamed", ""), _negated=True), ("name__isnull", True)),
                            _connector="OR",
                        ),
                        name="disclosure_named_or_why_not",
                    )
                ],
            },
        ),
        migrations.RunPython(_keep_what_was_noted, migrations.RunPython.noop, elidable=True),
    ]
