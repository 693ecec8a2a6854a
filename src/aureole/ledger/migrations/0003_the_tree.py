"""Trees of the log: places, hashes, checkpoints. What was written before gets its place from the sequencer too."""

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY = ("ledger_leaf", "ledger_node", "ledger_checkpoint")

# One row for each new entry, in the transaction that writes it: numbers have gaps and commits come in any
# order, so nothing else tells which entries are new and committed.
UNPLACED = """
CREATE FUNCTION ledger_note_unplaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_unplaced (entry_number) SELECT number FROM written;
    RETURN NULL;
END
$$;
CREATE TRIGGER ledger_entry_unplaced AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_note_unplaced();
INSERT INTO ledger_unplaced (entry_number) SELECT number FROM ledger_entry;
"""

# A month whose time is over may go as a whole, once it is closed and its last checkpoint is signed: its
# checkpoints stay, and every other month goes on verifying. Only this function may, whatever role calls it.
RETIRE = """
CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('aureole.retiring_month', true) <> '' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE FUNCTION ledger_retire_month(month text, youngest timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone bigint;
BEGIN
    PERFORM 1 FROM ledger_shard s WHERE s.name = month AND s.closed_at IS NOT NULL AND s.retired_at IS NULL
        AND EXISTS (SELECT 1 FROM ledger_checkpoint c WHERE c.shard_id = s.name AND c.size = s.size)
        AND NOT EXISTS (SELECT 1 FROM ledger_leaf l JOIN ledger_entry e ON e.number = l.entry_number
                        WHERE l.shard_id = s.name AND e.at >= least(youngest, now() - interval '1 year'))
        FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('aureole.retiring_month', month, true);
    DELETE FROM ledger_entry_detail d USING ledger_leaf l
        WHERE l.shard_id = month AND d.entry_id = l.entry_number;
    DELETE FROM ledger_entry e USING ledger_leaf l WHERE l.shard_id = month AND e.number = l.entry_number;
    GET DIAGNOSTICS gone = ROW_COUNT;
    DELETE FROM ledger_leaf WHERE shard_id = month;
    DELETE FROM ledger_node WHERE shard_id = month;
    PERFORM set_config('aureole.retiring_month', '', true);
    UPDATE ledger_shard SET retired_at = now() WHERE name = month;
    RETURN gone;
END
$$;
"""


def _refusing(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();"
        f"CREATE TRIGGER {table}_table_stays BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();",
        f"DROP TRIGGER {table}_rows_stay ON {table}; DROP TRIGGER {table}_table_stays ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only_and_no_words")]

    operations = [
        migrations.CreateModel(
            name="Audit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
                ("entries", models.BigIntegerField()),
                ("problems", models.JSONField(default=list)),
                ("took_ms", models.IntegerField()),
            ],
            options={
                "db_table": "ledger_audit",
            },
        ),
        migrations.CreateModel(
            name="Shard",
            fields=[
                ("name", models.CharField(max_length=7, primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=200)),
                ("size", models.BigIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "ledger_shard",
            },
        ),
        migrations.CreateModel(
            name="Unplaced",
            fields=[
                ("entry_number", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "ledger_unplaced",
            },
        ),
        migrations.CreateModel(
            name="WitnessedLog",
            fields=[
                ("origin", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=300)),
                ("size", models.BigIntegerField(default=0)),
                ("root", models.BinaryField(max_length=32, null=True)),
                ("at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "ledger_witnessed_log",
            },
        ),
        migrations.CreateModel(
            name="SignedCheckpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField()),
                ("note", models.TextField()),
                ("made_at", models.DateTimeField()),
                (
                    "shard",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.shard"
                    ),
                ),
            ],
            options={
                "db_table": "ledger_checkpoint",
            },
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("witness", models.CharField(max_length=120)),
                ("line", models.TextField(default="")),
                ("at", models.DateTimeField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="ledger.signedcheckpoint"
                    ),
                ),
            ],
            options={
                "db_table": "ledger_cosignature",
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
                (
                    "shard",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.shard"
                    ),
                ),
            ],
            options={
                "db_table": "ledger_node",
                "constraints": [
                    models.UniqueConstraint(fields=("shard", "level", "index"), name="one_hash_per_subtree")
                ],
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("entry_number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
                (
                    "shard",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.shard"
                    ),
                ),
            ],
            options={
                "db_table": "ledger_leaf",
                "constraints": [
                    models.UniqueConstraint(fields=("shard", "index"), name="one_entry_per_place")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="signedcheckpoint",
            constraint=models.UniqueConstraint(fields=("shard", "size"), name="one_checkpoint_per_size"),
        ),
        migrations.AddConstraint(
            model_name="cosignature",
            constraint=models.UniqueConstraint(fields=("checkpoint", "witness"), name="one_word_per_witness"),
        ),
        migrations.RunSQL(
            UNPLACED,
            "DROP TRIGGER ledger_entry_unplaced ON ledger_entry; DROP FUNCTION ledger_note_unplaced();",
        ),
        *map(_refusing, APPEND_ONLY),
        migrations.RunSQL(RETIRE, "DROP FUNCTION ledger_retire_month(text, timestamptz);"),
    ]
