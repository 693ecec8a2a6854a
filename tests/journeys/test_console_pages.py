"""Pages of the desk and of the privacy console that no journey walks through, judged by axe-core on two looks."""

from __future__ import annotations

from datetime import timedelta

from aureole.desk.actions.add_brand import add_brand
from aureole.desk.actions.set_brand import set_brand
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.privacy.breaches.actions.describe_breach import describe_breach
from aureole.privacy.breaches.actions.record_breach import record_breach
from aureole.privacy.export.stored import make_export
from aureole.testing.breached import breach_of
from aureole.testing.moving import move_there_and_back
from aureole.testing.personas import Personas
from tests.journeys.browsing import JOURNEY, Sit
from tests.journeys.judging import judge

pytestmark = JOURNEY


def test_every_other_page_of_the_console_is_accessible_and_fits_its_window(sit_down: Sit) -> None:
    personas = Personas()
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    personas.ticket(ada)
    make_export(ada.id, by=Actor.operator())
    sent, arrival = move_there_and_back(ada)
    breach = breach_of(ada)
    describe_breach(breach_id=breach.id, words={"effects": "Names could be read."}, by=Actor.operator())
    noticed = now() - timedelta(hours=80)
    record_breach(title="Late", facts="Found late.", lost=True, noticed_at=noticed, by=Actor.operator())
    page = sit_down(personas.agent("Signe Holm", role="privacy_officer"))
    for path in (
        "", "breaches/", "breaches/new/", f"breaches/{breach.number}/", f"breaches/{breach.number}/affected/",
        "calendar/", "figures/", "log/", "to-be-told/", "exports/", "erasures/", "requests/new/",
        "retention/change/suppression/", "transfers/", "transfers/told/", f"transfers/sent/{sent.id}/",
        f"transfers/arrived/{arrival.id}/",
    ):  # fmt: skip
        answer = page.goto(f"/privacy/{path}")
        assert answer is not None and answer.status == 200, path
        page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
        judge(page)


def test_the_desk_and_the_brands_are_accessible_and_cut_nothing_off(sit_down: Sit) -> None:
    personas = Personas()
    carmen = personas.person("Bartholomew Featherstonehaugh", "carmen@playa-escondida.example")
    brand = add_brand(code="pro", name="Nordlys Pro", addresses=["pro@nordlys.example"], by=Actor.operator())
    ticket = personas.ticket(carmen, subject="Seis tiendas para el camping, ¿hay precio?")
    set_brand(ticket=ticket, brand=brand, by=Actor.operator())
    page = sit_down(personas.agent("Signe Holm", role="admin"))
    for path in (
        "",
        f"tickets/{ticket.number}/",
        "tickets/new/",
        "settings/brands/",
        f"settings/brands/{brand.pk}/",
    ):
        answer = page.goto(f"/{path}")
        assert answer is not None and answer.status == 200, path
        judge(page)
