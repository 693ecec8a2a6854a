from django.db import migrations, models

ONLY_GROWS = """
CREATE FUNCTION fences_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (to_jsonb(NEW) - 'image') = (to_jsonb(OLD) - 'image') AND NEW.image IS NULL THEN
            RETURN NEW;
        END IF;
        IF current_setting('aureole.renumbering', true) = 'on'
            AND (to_jsonb(NEW) - 'number') = (to_jsonb(OLD) - 'number') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the fence list only grows: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER fences_line_rows_stay BEFORE UPDATE OR DELETE ON fences_line
    FOR EACH ROW EXECUTE FUNCTION fences_refuse_change();
CREATE TRIGGER fences_line_table_stays BEFORE TRUNCATE ON fences_line
    FOR EACH STATEMENT EXECUTE FUNCTION fences_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="FenceLine",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(unique=True)),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("founded", "the list was begun"),
                            ("begun", "an erasure was begun"),
                            ("fenced", "keys were fenced, to be destroyed next"),
                            ("changed", "a row of somebody else was blacked out"),
                            ("deleted", "a row of somebody else was deleted"),
                            ("replayed", "a restored database was brought up to the list"),
                        ],
                        max_length=10,
                    ),
                ),
                ("ledger", models.BigIntegerField()),
                ("person_id", models.UUIDField(db_index=True, null=True)),
                ("detail", models.JSONField(default=dict)),
                ("image", models.JSONField(null=True)),
            ],
            options={"db_table": "fences_line"},
        ),
        migrations.RunSQL(
            ONLY_GROWS,
            "DROP TRIGGER fences_line_rows_stay ON fences_line;"
            "DROP TRIGGER fences_line_table_stays ON fences_line;"
            "DROP FUNCTION fences_refuse_change();",
        ),
    ]
