from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0006_erasure_statement"),
    ]

    operations = [
        migrations.AddField(
            model_name="rightsrequest",
            name="joins_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name="rightsrequest",
            name="state",
            field=models.CharField(
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
                    ("joined", "closed: an earlier request asks the same"),
                ],
                default="received",
                max_length=12,
            ),
        ),
    ]
