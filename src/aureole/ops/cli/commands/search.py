from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.ops.cli.output import Json, report, waiting

if TYPE_CHECKING:
    from aureole.search.sources import Hit

Text = Annotated[str, typer.Argument(help='Words, "a phrase", a name, an address, a phone or order number.')]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="message, person or ticket; may be repeated.")
]
Limit = Annotated[int, typer.Option(help="Hits per page.", min=1, max=100)]
After = Annotated[str, typer.Option(help="The `next` of the page before, to go on from there.")]


def register(app: typer.Typer) -> None:
    @app.command("search")
    def search(
        text: Text, kind: Kinds = None, limit: Limit = 20, after: After = "", json: Json = False
    ) -> None:
        """Find messages, tickets and people by the words in them, latest first. Changes nothing.

        The index holds keyed numbers, no words; each hit is opened and checked before it is shown.
        Word forms are found in English, German, French, Spanish, Danish and Swedish. What was erased
        is not found. Searching from here is done as the operator, who may see everything.
        """
        from aureole.ops.instance import instance

        with report(json) as answer, instance():
            from aureole.kernel.actor import Actor
            from aureole.search.find import find

            by = Actor.operator()
            with waiting("Searching"):
                page = find(text, actor=by, kinds=kind or None, limit=limit, cursor=after or None)
            answer.tell(hits=[_hit(hit) for hit in page.hits], next=page.next, count=page.capped_count)
            for hit in page.hits:
                number = f"#{hit.ticket}" if hit.ticket else hit.kind
                answer.say(f"{number}  {hit.person_name}  {hit.at:%Y-%m-%d}  {hit.id}\n    {hit.excerpt}")
            answer.say(_ending(len(page.hits), page.capped_count, page.next))


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
    total = "1000+" if count is not None and count > 1000 else str(count)
    return f"{shown} of {total}.{more}"
