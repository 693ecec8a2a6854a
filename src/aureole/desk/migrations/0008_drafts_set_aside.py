from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0007_words_of_documents")]

    operations = [
        migrations.AddField("draft", "set_aside_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("draft", "one_draft_each"),
        migrations.AddConstraint(
            "draft",
            models.UniqueConstraint(
                fields=["ticket", "agent", "kind"],
                condition=models.Q(set_aside_at=None),
                name="one_draft_each",
            ),
        ),
    ]
