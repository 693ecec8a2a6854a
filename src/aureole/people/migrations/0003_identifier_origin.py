from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_index_by_recency"),
    ]

    operations = [
        migrations.AddField(
            model_name="identifier",
            name="origin",
            field=models.CharField(
                choices=[
                    ("own", "used by the person"),
                    ("mentioned", "only seen in copies"),
                    ("staff", "entered by an agent"),
                    ("import", "imported"),
                ],
                default="own",
                max_length=10,
            ),
        ),
        migrations.RunSQL(
            "UPDATE people_identifier i SET origin = CASE p.source WHEN 'mentioned' THEN 'mentioned'"
            " WHEN 'staff' THEN 'staff' WHEN 'import' THEN 'import' ELSE 'own' END"
            " FROM people_person p WHERE p.id = i.person_id",
            migrations.RunSQL.noop,
        ),
    ]
