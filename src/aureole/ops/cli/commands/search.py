from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from aureole.ops.cli.output import Json, Report, progress, report, waiting

if TYPE_CHECKING:
    from aureole.search.condition import Filters
    from aureole.search.sources import Hit
    from aureole.search.upkeep import IndexState

Text = Annotated[str, typer.Argument(help='Words, "a phrase", a name, an address, a phone or order number.')]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="message, person or ticket; may be repeated.")
]
Statuses = Annotated[
    list[str] | None,
    typer.Option("--status", help="Tickets that are open, waiting, solved or closed; may be repeated."),
]
Teams = Annotated[
    list[str] | None, typer.Option("--team", help="Tickets of the team of this name; may be repeated.")
]
Whose = Annotated[str, typer.Option("--person", help="An address, number or id: only what is theirs.")]
From = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="From this day on (UTC).")
]
To = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Up to and with this day (UTC).")
]
Limit = Annotated[int, typer.Option(help="Hits per page.", min=1, max=100)]
After = Annotated[str, typer.Option(help="The `next` of the page before, to go on from there.")]
Which = Annotated[str, typer.Option("--index", help="words, addresses or both.")]

_POLICY = """Find words in everything, and keep the index that finds them.

`aureole search WORDS` finds; put `find` before words that are a command here. The index holds keyed numbers, no
words. Each of its two parts (words, addresses) gets a new key once a month by itself.
"""
_CALLED = {"search index": "words", "blind index": "addresses"}


class FindByDefault(TyperGroup):
    """Whatever is no command of ours is what to look for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["find", *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    group = typer.Typer(cls=FindByDefault, no_args_is_help=True, help=_POLICY, rich_markup_mode=None)
    app.add_typer(group, name="search")
    for name, command in (
        ("find", find),
        ("status", status),
        ("rotate", rotate),
        ("go-on", go_on),
        ("rebuild", rebuild),
    ):
        group.command(name)(command)


def find(
    text: Text,
    kind: Kinds = None,
    status: Statuses = None,
    team: Teams = None,
    person: Whose = "",
    since: From = None,
    until: To = None,
    limit: Limit = 20,
    after: After = "",
    json: Json = False,
) -> None:
    """Find messages, tickets and people by the words in them, latest first. Changes nothing; whose words
    were shown stands in the log.

    Each hit is opened and checked before it is shown. Word forms are found in English, German, French,
    Spanish, Danish and Swedish; words that nearly all texts have only within "a phrase" or beside others.
    What was erased is not found. Searching from here is done as the operator, who may see everything.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.kernel.actor import Actor
        from aureole.search.find import find as search
        from aureole.search.noting import note_shown

        filters = _filters(status, team, person, since, until)
        with waiting("Searching"):
            page = search(
                text, actor=Actor.operator(), kinds=kind or None, filters=filters, limit=limit,
                cursor=after or None,
            )  # fmt: skip
        note_shown(page.hits, by=Actor.operator())
        answer.tell(
            hits=[_hit(hit) for hit in page.hits],
            next=page.next,
            count=page.capped_count,
            too_common=page.too_common,
        )
        for hit in page.hits:
            number = f"#{hit.ticket}" if hit.ticket else hit.kind
            answer.say(f"{number}  {hit.person_name}  {hit.at:%Y-%m-%d}  {hit.id}\n    {hit.excerpt}")
        answer.say(_ending(len(page.hits), page.capped_count, page.next))
        if page.too_common:
            answer.say(
                "Nearly every text has these words, so only names and codes were looked through for them."
            )


def status(json: Json = False) -> None:
    """How the index stands: rows under each key, and what a rotation still has to do. Changes nothing."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        _tell_states(answer)


def rotate(index: Which = "both", json: Json = False) -> None:
    """Give the index a new key, move its rows, and destroy the old key once nothing is left under it.

    Search and mail go on meanwhile. The new key is used two minutes after it was made, when every process
    knows it; the worker then moves the rows and destroys the old key. This command only begins, so it is
    over at once; running it again while a rotation is under way is refused. After the rotation what an old
    copy of the index holds cannot be compared with anything any more, by us neither.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.search.upkeep import rotate as begin

        begin(_indexes(index))
        _tell_states(answer)
        answer.say("Begun. The worker goes on by itself; `aureole search status` tells how far it is.")


def go_on(minutes: Annotated[int, typer.Option(min=1)] = 60, json: Json = False) -> None:
    """Do now what the worker does every ten minutes: move rows to the present key, destroy old ones.

    Safe to interrupt and to repeat, and beside a running worker.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance(), progress("Moving rows") as step:
        from aureole.search.upkeep import go_on as move

        move(seconds=minutes * 60, progress=step)
        _tell_states(answer)


def rebuild(json: Json = False) -> None:
    """Read every row again and index it anew; drop what belongs to rows that are gone.

    Search goes on meanwhile. Erased persons stay out. Safe to interrupt and to repeat: it begins anew, and
    what was done stays done. A restore does this itself, and after an upgrade the worker makes anew what has
    to be: it is for when search misses something.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance(), progress("Indexing") as step:
        from aureole.search.rebuild import count_rows
        from aureole.search.rebuild import rebuild as again

        total = count_rows()
        indexed = again(lambda done: step(done, total))
        answer.tell(rows=total, indexed=indexed)
        answer.say(f"Indexed: {indexed} of {total} rows. The others cannot be opened or hold no words.")


def _filters(
    status: list[str] | None,
    team: list[str] | None,
    person: str,
    since: datetime | None,
    until: datetime | None,
) -> Filters:
    from aureole.desk.searching import traits_of
    from aureole.people.queries import the_owner_of
    from aureole.search.condition import Filters

    return Filters(
        person=the_owner_of(person) if person else None,
        since=since.replace(tzinfo=UTC) if since else None,
        until=until.replace(tzinfo=UTC) + timedelta(days=1) if until else None,
        traits=traits_of(statuses=status or (), team_names=team or ()),
    )


def _indexes(index: str) -> list[str]:
    from aureole.kernel.errors import Refused

    chosen = [name for name, called in _CALLED.items() if index in (called, "both")]
    if not chosen:
        raise Refused("index_unknown", "There is no such index. Known: words, addresses, both.")
    return chosen


def _tell_states(answer: Report) -> None:
    from aureole.search.upkeep import states

    found = states()
    answer.tell(indexes=[_state(state) for state in found])
    for state in found:
        answer.say(f"{_CALLED[state.name]}: {_say_state(state)}")


def _state(state: IndexState) -> dict[str, Any]:
    return {
        "index": _CALLED[state.name], "epoch": state.current, "rows": state.rows, "behind": state.behind,
        "keys": {epoch: at.isoformat() for epoch, at in state.made_at.items()},
        "next_step": state.next_step.isoformat() if state.next_step else None,
    }  # fmt: skip


def _say_state(state: IndexState) -> str:
    rows = sum(state.rows.values())
    of_older = f" {state.rows[0]} rows of an older version wait to be made anew." if state.rows.get(0) else ""
    said = f"{rows} rows, key {state.current} of {state.made_at[state.current]:%Y-%m-%d}."
    if state.behind:
        return f"{said}{of_older} {state.behind} rows in all wait to be moved to it."
    if state.next_step is None:
        return said
    if max(state.made_at) > state.current:
        return f"{said} A new key is used from {state.next_step:%H:%M:%S} UTC on."
    return f"{said} The old key is destroyed after {state.next_step:%H:%M:%S} UTC."


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.kind, "id": str(hit.id), "ticket": hit.ticket,
        "person": str(hit.person) if hit.person else None, "person_name": hit.person_name,
        "title": hit.title, "excerpt": hit.excerpt, "marks": hit.marks, "at": hit.at.isoformat(),
    }  # fmt: skip


def _ending(shown: int, count: int | None, following: str | None) -> str:
    if not shown and not following:
        return "Nothing found."
    more = f" More: --after {following}" if following else ""
    if count is None:
        return f"{shown} shown.{more}"
    return f"{shown} of {'1000+' if count > 1000 else count}.{more}"
