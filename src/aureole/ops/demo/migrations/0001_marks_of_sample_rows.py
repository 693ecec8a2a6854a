from __future__ import annotations

from django.db import migrations, models

import aureole.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DemoMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=aureole.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("model_label", models.CharField(max_length=60)),
                ("row_id", models.UUIDField()),
                ("told", models.CharField(max_length=32)),
            ],
            options={"db_table": "ops_demo_mark"},
        ),
        migrations.AddConstraint(
            model_name="demomark",
            constraint=models.UniqueConstraint(fields=("model_label", "told"), name="told_once"),
        ),
        migrations.AddConstraint(
            model_name="demomark",
            constraint=models.UniqueConstraint(fields=("model_label", "row_id"), name="marked_once"),
        ),
    ]
