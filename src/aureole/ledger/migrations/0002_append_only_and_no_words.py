"""The log refuses change and refuses words: triggers and constraints, so that no code path can forget."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER ledger_entry_rows_stay BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_entry_table_stays BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""

# Facts are whole numbers and lower-case codes: no sentence, name or address fits.
NO_WORDS = """
ALTER TABLE ledger_entry
    ADD CONSTRAINT ledger_type_is_a_code CHECK (type ~ '^[a-z_]+([.][a-z_]+)+$'),
    ADD CONSTRAINT ledger_actor_kind_known CHECK (actor_kind IN ('agent', 'customer', 'operator', 'system')),
    ADD CONSTRAINT ledger_pseudonyms_are_short CHECK (
        coalesce(length(actor), 16) = 16 AND coalesce(length(person), 16) = 16
        AND coalesce(length(commitment), 32) = 32
    ),
    ADD CONSTRAINT ledger_facts_hold_no_words CHECK (
        jsonb_typeof(facts) = 'object'
        AND NOT jsonb_path_exists(facts, '$.* ? (@.type() == "object" || @.type() == "array")')
        AND NOT jsonb_path_exists(
            facts, '$.* ? (@.type() == "string" && !(@ like_regex "^[a-z][a-z0-9_]{0,39}$"))'
        )
    );
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_the_log")]

    operations = [
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER ledger_entry_rows_stay ON ledger_entry;"
            "DROP TRIGGER ledger_entry_table_stays ON ledger_entry;"
            "DROP FUNCTION ledger_refuse_change();",
        ),
        migrations.RunSQL(
            NO_WORDS,
            "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_type_is_a_code,"
            " DROP CONSTRAINT ledger_actor_kind_known, DROP CONSTRAINT ledger_pseudonyms_are_short,"
            " DROP CONSTRAINT ledger_facts_hold_no_words;",
        ),
    ]
