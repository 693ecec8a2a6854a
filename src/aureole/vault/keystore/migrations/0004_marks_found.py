"""A keyed digest beside each mark, so that the log's mark leads to its person without opening everybody's."""

from django.db import migrations, models

# It goes with the key, in the same statement.
GOES = """
ALTER TABLE keystore_person_key
    ADD CONSTRAINT person_key_digest_goes_with_it CHECK (mark_digest IS NULL OR wrapped IS NOT NULL);
"""
GOES_BACK = "ALTER TABLE keystore_person_key DROP CONSTRAINT person_key_digest_goes_with_it;"


class Migration(migrations.Migration):
    dependencies = [("keystore", "0003_fences_hold")]

    operations = [
        migrations.AddField("personkey", "mark_digest", models.BinaryField(max_length=16, null=True)),
        migrations.AddIndex(
            "personkey",
            models.Index(
                fields=["mark_digest"],
                condition=models.Q(mark_digest__isnull=False),
                name="person_key_by_mark",
            ),
        ),
        migrations.AddIndex(
            "personkey",
            models.Index(
                fields=["id"],
                condition=models.Q(group=4, state=1, mark_digest=None),
                name="person_key_unfound",
            ),
        ),
        migrations.RunSQL(GOES, GOES_BACK),
    ]
