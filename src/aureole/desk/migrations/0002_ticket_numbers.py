"""Ticket numbers come from a sequence: never used twice, and no lock to take one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_tickets_and_messages")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE desk_ticket_number START 1001;", "DROP SEQUENCE desk_ticket_number;"
        ),
    ]
