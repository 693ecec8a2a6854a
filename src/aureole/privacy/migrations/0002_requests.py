import django.db.models.deletion
from django.db import migrations, models

import aureole.kernel.ids
import aureole.vault.fields


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0001_erasures_and_exports"),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE privacy_request_number", "DROP SEQUENCE privacy_request_number"),
        migrations.AddField(
            model_name="exportpackage",
            name="request_id",
            field=models.UUIDField(null=True, unique=True),
        ),
        migrations.CreateModel(
            name="RightsRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=aureole.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.BigIntegerField(unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("access", "access"),
                            ("rectification", "rectification"),
                            ("erasure", "erasure"),
                            ("restriction", "restriction"),
                            ("portability", "portability"),
                            ("objection", "objection"),
                            ("withdrawal", "withdrawal of consent"),
                            ("review", "human review"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("identity", "waiting for proof of identity"),
                            ("working", "being worked on"),
                            ("approval", "waiting for a second person"),
                            ("cooling", "waiting out the time to change one's mind"),
                            ("executing", "being carried out"),
                            ("done", "done"),
                            ("refused", "refused"),
                            ("withdrawn", "taken back by the person"),
                            ("unproven", "closed: identity was never proven"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                ("channel", models.CharField(max_length=12)),
                ("language", models.CharField(default="en", max_length=5)),
                ("person_id", models.UUIDField(db_index=True, null=True)),
                ("subject_id", models.UUIDField(null=True)),
                (
                    "words",
                    aureole.vault.fields.SealedTextField(
                        group="evidence", null=True, person_field="subject_id"
                    ),
                ),
                (
                    "contact",
                    aureole.vault.fields.SealedTextField(
                        group="evidence", null=True, person_field="subject_id"
                    ),
                ),
                (
                    "correction",
                    aureole.vault.fields.SealedJSONField(
                        group="evidence",
                        keys=("name", "pronouns", "postal_address", "language", "statement"),
                        null=True,
                        person_field="subject_id",
                    ),
                ),
                ("scope", models.JSONField(default=list)),
                ("received_at", models.DateTimeField()),
                ("received_on", models.DateField()),
                ("law", models.CharField(max_length=20)),
                ("months", models.SmallIntegerField()),
                ("extension_months", models.SmallIntegerField()),
                ("extended_at", models.DateTimeField(null=True)),
                ("owner_id", models.UUIDField(null=True)),
                ("opened_by", models.UUIDField(null=True)),
                ("approved_by", models.UUIDField(null=True)),
                ("plan", models.JSONField(null=True)),
                ("plan_hash", models.CharField(blank=True, max_length=64)),
                ("execute_after", models.DateTimeField(null=True)),
                ("outcome", models.JSONField(null=True)),
                ("refusal", models.CharField(blank=True, max_length=24)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "privacy_request",
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["received_on", "id"],
                        name="open_request_by_age",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=aureole.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("what", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                ("by_kind", models.CharField(max_length=10)),
                ("by_agent", models.UUIDField(null=True)),
                ("subject_id", models.UUIDField(null=True)),
                (
                    "reason",
                    aureole.vault.fields.SealedTextField(
                        group="evidence", null=True, person_field="subject_id"
                    ),
                ),
                ("entry_uid", models.UUIDField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="privacy.rightsrequest",
                    ),
                ),
            ],
            options={
                "db_table": "privacy_request_step",
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="RequestLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=aureole.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("identifier_id", models.UUIDField()),
                ("channel", models.CharField(max_length=10)),
                ("subject_id", models.UUIDField(null=True)),
                (
                    "heading",
                    aureole.vault.fields.SealedTextField(
                        group="evidence", null=True, person_field="subject_id"
                    ),
                ),
                (
                    "text",
                    aureole.vault.fields.SealedTextField(
                        group="evidence", null=True, person_field="subject_id"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting to be sent"),
                            ("sent", "handed to the mail server"),
                            ("failed", "could not be delivered"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("attempts", models.SmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="privacy.rightsrequest",
                    ),
                ),
            ],
            options={
                "db_table": "privacy_request_letter",
            },
        ),
        migrations.CreateModel(
            name="ChannelProof",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=aureole.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("identifier_id", models.UUIDField()),
                ("purpose", models.CharField(max_length=10)),
                ("code", models.CharField(max_length=200)),
                ("tries", models.SmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proofs",
                        to="privacy.rightsrequest",
                    ),
                ),
            ],
            options={
                "db_table": "privacy_channel_proof",
            },
        ),
        migrations.CreateModel(
            name="RequestPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cause", models.CharField(max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pauses",
                        to="privacy.rightsrequest",
                    ),
                ),
            ],
            options={
                "db_table": "privacy_request_pause",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("request",),
                        name="one_pause_runs_at_a_time",
                    )
                ],
            },
        ),
    ]
