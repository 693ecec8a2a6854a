"""Runs from the dry run to the end, with who wanted and who let them; rules with a reason and what was before."""

from django.db import migrations, models

_STATES = """
UPDATE privacy_retention_run
SET state = CASE WHEN finished_at IS NULL THEN 'running' ELSE 'done' END, asked_at = started_at, approved_at = started_at
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0010_answer_hits")]

    operations = [
        migrations.RemoveConstraint(model_name="retentionrule", name="one_retention_rule_each"),
        migrations.AlterField("retentionrule", "scope", models.CharField(blank=True, max_length=12)),
        migrations.AlterField("retentionrule", "value", models.CharField(blank=True, max_length=36)),
        migrations.AddField(
            "retentionrule", "reason", models.CharField(blank=True, default="", max_length=400), False
        ),
        migrations.AddField("retentionrule", "changed_by", models.UUIDField(null=True)),
        migrations.AddField("retentionrule", "ended_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "retentionrule",
            models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("class_key", "scope", "value"),
                name="one_retention_rule_counts",
            ),
        ),
        migrations.AddIndex(
            "retentionrule", models.Index(fields=["-changed_at"], name="retention_rule_by_day")
        ),
        migrations.AddField(
            "retentionrun",
            "state",
            models.CharField(
                choices=[
                    ("looking", "being counted"),
                    ("looked", "counted"),
                    ("proposed", "waits for a second person"),
                    ("approved", "approved"),
                    ("running", "under way"),
                    ("done", "done"),
                    ("changed", "stopped: something had changed"),
                    ("replaced", "given up for a later one"),
                ],
                default="done",
                max_length=8,
            ),
            False,
        ),
        migrations.AlterField("retentionrun", "hash", models.CharField(blank=True, max_length=64)),
        migrations.AddField("retentionrun", "plan", models.JSONField(default=dict)),
        migrations.AddField("retentionrun", "asked_by", models.UUIDField(null=True)),
        migrations.AddField("retentionrun", "asked_at", models.DateTimeField(null=True)),
        migrations.AddField("retentionrun", "proposed_by", models.UUIDField(null=True)),
        migrations.AddField("retentionrun", "proposed_at", models.DateTimeField(null=True)),
        migrations.AddField("retentionrun", "approved_at", models.DateTimeField(null=True)),
        migrations.RunSQL(_STATES, migrations.RunSQL.noop),
        migrations.AlterField("retentionrun", "asked_at", models.DateTimeField()),
        migrations.AlterField("retentionrun", "started_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "retentionrun", models.Index(fields=["-asked_at", "-id"], name="retention_run_by_day")
        ),
    ]
