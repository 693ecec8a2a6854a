"""Rules of the key store that no code path can forget: fences stay, and no key outlives what wraps it."""

from django.db import migrations

FENCES = """
CREATE FUNCTION keystore_hold_fences() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    IF TG_OP = 'TRUNCATE' OR (TG_OP = 'DELETE' AND OLD.state = 2) THEN
        broken := 'a fence stays for ever';
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSIF (NEW.person_id, NEW."group") IS DISTINCT FROM (OLD.person_id, OLD."group") THEN
        broken := 'a key belongs to one person and group';
    ELSIF OLD.state = 2 AND (
        (NEW.state, NEW.generation, NEW.created_at, NEW.erased_at)
            IS DISTINCT FROM (OLD.state, OLD.generation, OLD.created_at, OLD.erased_at)
        OR NEW.wrapped <> OLD.wrapped OR NEW.former <> OLD.former OR NEW.mark <> OLD.mark
        OR (OLD.wrapped IS NULL AND NEW.wrapped IS NOT NULL)
        OR (OLD.former IS NULL AND NEW.former IS NOT NULL)
        OR (OLD.mark IS NULL AND NEW.mark IS NOT NULL)
    ) THEN
        broken := 'what is fenced can only be destroyed';
    ELSIF NEW.generation <> OLD.generation AND NOT (
        NEW.generation = OLD.generation + 1 AND OLD.former IS NULL AND NEW.former IS NOT NULL
    ) THEN
        broken := 'generations are counted one by one, each keeping the one before';
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION '% on % is refused: %', TG_OP, TG_TABLE_NAME, broken
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keystore_fences_stay BEFORE UPDATE OR DELETE ON keystore_person_key
    FOR EACH ROW EXECUTE FUNCTION keystore_hold_fences();
CREATE TRIGGER keystore_fences_table_stays BEFORE TRUNCATE ON keystore_person_key
    FOR EACH STATEMENT EXECUTE FUNCTION keystore_hold_fences();
"""
FENCES_BACK = """
DROP TRIGGER keystore_fences_stay ON keystore_person_key;
DROP TRIGGER keystore_fences_table_stays ON keystore_person_key;
DROP FUNCTION keystore_hold_fences();
"""

# All that a row holds lies under one wrapping key (the first ten bytes of an envelope name it).
ROWS = """
ALTER TABLE keystore_person_key
    ADD CONSTRAINT person_key_state_known CHECK (state IN (1, 2)),
    ADD CONSTRAINT person_key_generation_counts CHECK (generation >= 1),
    ADD CONSTRAINT person_key_active_has_key CHECK (state = 2 OR wrapped IS NOT NULL),
    ADD CONSTRAINT person_key_erased_has_date CHECK ((state = 2) = (erased_at IS NOT NULL)),
    ADD CONSTRAINT person_key_lies_under_one CHECK (
        coalesce(substring(former FROM 1 FOR 10), substring(wrapped FROM 1 FOR 10))
            IS NOT DISTINCT FROM substring(wrapped FROM 1 FOR 10)
        AND coalesce(substring(mark FROM 1 FOR 10), substring(wrapped FROM 1 FOR 10))
            IS NOT DISTINCT FROM substring(wrapped FROM 1 FOR 10)
    );
"""
ROWS_BACK = """
ALTER TABLE keystore_person_key
    DROP CONSTRAINT person_key_state_known, DROP CONSTRAINT person_key_generation_counts,
    DROP CONSTRAINT person_key_active_has_key, DROP CONSTRAINT person_key_erased_has_date,
    DROP CONSTRAINT person_key_lies_under_one;
"""

_UNDER = """
ALTER TABLE {table} ADD COLUMN wrapped_under bytea GENERATED ALWAYS AS (
        CASE WHEN substring(wrapped FROM 1 FOR 2) = '\\x0200'::bytea THEN substring(wrapped FROM 3 FOR 8) END
    ) STORED,
    ADD CONSTRAINT {name}_has_what_wraps_it FOREIGN KEY (wrapped_under) REFERENCES keystore_wrapping_key (key_id);
CREATE INDEX {name}_under ON {table} (wrapped_under);
"""
UNDER = _UNDER.format(table="keystore_person_key", name="person_key") + _UNDER.format(
    table="keystore_system_key", name="system_key"
)
UNDER_BACK = """
ALTER TABLE keystore_person_key DROP COLUMN wrapped_under;
ALTER TABLE keystore_system_key DROP COLUMN wrapped_under;
"""


class Migration(migrations.Migration):
    dependencies = [("keystore", "0002_wrapping_keys_and_generations")]

    operations = [
        migrations.RunSQL(FENCES, FENCES_BACK),
        migrations.RunSQL(ROWS, ROWS_BACK),
        migrations.RunSQL(UNDER, UNDER_BACK),
    ]
