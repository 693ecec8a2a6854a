from __future__ import annotations

import typer

from aureole.ops.cli.output import Json, report, waiting


def register(app: typer.Typer) -> None:
    @app.command("init")
    def init(json: Json = False) -> None:
        """Prepare an instance without serving it: home folder, secrets, root key, databases, tables.

        Safe to run again: what is there stays, keys and secrets are never replaced; after an upgrade it
        brings the tables up to date. Keep a copy of the root key apart: without it nothing can be read.
        """
        from aureole.ops.instance import prepare_instance_home, reach_databases
        from aureole.ops.schema import bring_up_to_date
        from config.env import read

        with report(json) as answer:
            env = read()
            fresh = env.root_key_file is not None and not env.root_key_file.exists()
            prepare_instance_home(env)
            with waiting("Preparing the database"), reach_databases() as here:
                changed = bring_up_to_date(here.env)
                embedded = here.embedded
            answer.tell(
                home=str(env.home),
                embedded=embedded,
                schema_changed=changed,
                root_key=str(env.root_key_file) if env.root_key_file else None,
            )
            answer.say(f"{'Prepared' if changed else 'Nothing to do'}: {env.home}")
            if fresh:
                answer.say(f"New root key: {env.root_key_file}\nKeep a copy of it apart from the data.")
