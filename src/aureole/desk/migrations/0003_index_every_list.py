"""Every list of the desk gets an index in its own order, built beside the running desk; the keys that lead one of
them lose the index they had for themselves."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("desk", "0002_ticket_numbers"),
        ("people", "0002_index_by_recency"),
        ("staff", "0001_agents_teams_sign_in"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(fields=["person", "sent_at", "id"], name="message_by_person"),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(fields=["author", "sent_at", "id"], name="message_by_author"),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(fields=["requester", "-last_message_at", "-id"], name="ticket_by_requester"),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ("open", "waiting"))),
                fields=["-last_message_at", "-id"],
                include=("team",),
                name="ticket_unfinished",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("assignee__isnull", True), ("status", "open")),
                fields=["-last_message_at", "-id"],
                name="ticket_unassigned",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ("open", "waiting"))),
                fields=["team", "-last_message_at", "-id"],
                name="ticket_by_team",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="author",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages_written",
                to="people.person",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages_concerning",
                to="people.person",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="ticket",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="desk.ticket",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="assignee",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="assigned_tickets",
                to="staff.agent",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="requester",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requested_tickets",
                to="people.person",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="team",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="staff.team",
            ),
        ),
    ]
