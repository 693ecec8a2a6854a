"""`aureole brand …`: the names under which the company writes with people."""

from __future__ import annotations

from typing import Annotated

import typer

from aureole.kernel.errors import Refused
from aureole.ops.cli.acting import By, acting
from aureole.ops.cli.output import Json, report
from aureole.ops.instance import instance

Code = Annotated[str, typer.Argument(metavar="CODE", help="At most 12 letters, digits and hyphens.")]
Name = Annotated[str, typer.Option("--name", help="As people read it beside the address of an answer.")]
Addresses = Annotated[
    list[str] | None,
    typer.Option(
        "--address", metavar="EMAIL", help="May be repeated; answers leave from the first. All there are."
    ),
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True, help="Brands, and the addresses people write to.", rich_markup_mode=None
    )
    app.add_typer(group, name="brand")
    for name, command in (("add", add), ("list", list_all), ("change", change), ("remove", remove)):
        group.command(name)(command)


def add(code: Code, name: Name, address: Addresses = None, by: By = None, json: Json = False) -> None:
    """Mail to these addresses opens tickets of the brand; answers to them leave under its name and first address.

    The mail server must let this instance send from that address, and bring in mail to all of them.
    """
    with report(json) as answer, instance():
        from aureole.desk.actions.add_brand import add_brand

        brand = add_brand(code=code, name=name, addresses=address or [], by=acting(by, "desk.brands"))
        answer.tell(brand=str(brand.id), code=brand.code, address=brand.address)
        answer.say(f"{brand.code} is there; answers leave from {brand.address}.")


def list_all(json: Json = False) -> None:
    """The brands in use with their addresses, that of the answers first."""
    with report(json) as answer, instance():
        from django.db.models import prefetch_related_objects

        from aureole.desk.brands import brands

        found = brands()
        prefetch_related_objects(found, "addresses")
        rows = [
            {
                "code": brand.code, "name": brand.name, "address": brand.address,
                "also": sorted(a.address for a in brand.addresses.all() if a.address != brand.address),
            }
            for brand in found
        ]  # fmt: skip
        answer.tell(brands=rows)
        answer.table(
            ("Code", "Name", "Answers leave from", "People also write to"),
            [(r["code"], r["name"], r["address"], ", ".join(r["also"]) or "-") for r in rows],
        )
        if not rows:
            answer.say("There is no brand: everything is the company's own.")


def change(code: Code, name: Name = "", address: Addresses = None, by: By = None, json: Json = False) -> None:
    """Give it another name, or these addresses instead of all those so far."""
    with report(json) as answer, instance():
        from aureole.desk.actions.change_brand import change_brand
        from aureole.desk.brands import brand_coded

        if not name and not address:
            raise Refused("brand_unchanged", "Give --name, --address or both. Nothing was changed.")
        actor = acting(by, "desk.brands")
        brand = change_brand(brand=brand_coded(code), name=name or None, addresses=address or None, by=actor)
        answer.tell(brand=str(brand.id), code=brand.code, address=brand.address)
        answer.say(f"{brand.code} is changed; answers leave from {brand.address}.")


def remove(code: Code, by: By = None, json: Json = False) -> None:
    """Take it out of use. Its tickets go on saying of which brand they were; refused while a period names it."""
    with report(json) as answer, instance():
        from aureole.desk.actions.remove_brand import remove_brand
        from aureole.desk.brands import brand_coded

        brand = brand_coded(code)
        remove_brand(brand=brand, by=acting(by, "desk.brands"))
        answer.tell(brand=str(brand.id), code=brand.code)
        answer.say(f"{brand.code} is out of use.")
