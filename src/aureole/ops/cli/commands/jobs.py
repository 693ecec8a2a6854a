from __future__ import annotations

import typer

from aureole.ops.cli.output import Json, report


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True, help="What is left to the worker and fails.", rich_markup_mode=None
    )
    group.command("list")(list_)
    group.command("again")(again)
    app.add_typer(group, name="jobs")


def list_(json: Json = False) -> None:
    """Say which jobs fail again and again, when each is tried next, and which were given up. Changes nothing.

    A job that fails is tried again after 3, 9, 27 seconds and ever more rarely, every six hours at the latest, for
    sixty days. Why it failed stands in the worker's log.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.kernel.failing import failing, say_failing

        found = failing()
        answer.tell(
            jobs=[
                {
                    "job": one.name, "again": one.again, "next_at": one.next_at, "given_up": one.given_up,
                    "by_clock": one.by_clock,
                }
                for one in found
            ]
        )  # fmt: skip
        for one in found:
            answer.say(say_failing(one))
        if not found:
            answer.say("No job fails again and again, and none was given up.")


def again(json: Json = False) -> None:
    """Try all that failed now, also what was given up: once what was wrong is mended. Safe to repeat.

    What comes again by the clock is left to it. Each job is safe to run twice.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.kernel.failing import do_again

        count = do_again()
        answer.tell(jobs=count)
        answer.say(f"{count} jobs are tried now." if count != 1 else "1 job is tried now.")
