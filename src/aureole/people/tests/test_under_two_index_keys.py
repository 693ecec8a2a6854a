from __future__ import annotations

from datetime import timedelta

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Identifier
from aureole.privacy.erasure.run import erase_person
from aureole.search.find import find
from aureole.search.models import SearchEntry
from aureole.search.upkeep import go_on, rotate, states
from aureole.testing.personas import Personas
from aureole.vault import blind_index
from aureole.vault.epochs import GRACE
from aureole.vault.keystore.models import SystemKey
from aureole.vault.models import BlindIndexEntry

ADDRESS = "ada@brevduva.example"
LATER = GRACE + timedelta(seconds=1)


def test_a_rotation_ends_with_everybody_found_under_one_key(personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist", ADDRESS)
    ticket = personas.ticket(ada, text="The sleeve tore.")
    rotate()
    bo = personas.person("Bo Ek", "bo@brevduva.example")
    with clock.at(now() + LATER):
        go_on(seconds=5)
        assert [state.behind for state in states()] == [0, 0]
    with clock.at(now() + 2 * LATER):
        go_on(seconds=5)
    epochs = SystemKey.objects.using("keys").filter(name__in=("search index", "blind index"))
    assert set(epochs.values_list("epoch", flat=True)) == {2}
    assert personas.person("Ada", ADDRESS) == ada
    assert personas.person("Bo", "bo@brevduva.example") == bo
    assert BlindIndexEntry.objects.count() == Identifier.objects.count()
    assert [hit.ticket for hit in find("sleeve", actor=Actor.operator()).hits] == [ticket.number]


def test_an_erasure_during_a_rotation_leaves_no_row_under_either_key(personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist", ADDRESS)
    personas.ticket(ada, text="The sleeve tore.")
    rotate()
    with clock.at(now() + LATER):
        personas.ticket(ada, text="Another sleeve tore.")
        assert set(SearchEntry.objects.values_list("epoch", flat=True)) == {1, 2}
        outcome = erase_person(ada.id, by=Actor.operator(), reason="she asked")
        assert outcome.residue["places"] == []
        assert not SearchEntry.objects.exists()
        assert blind_index.find(kind="email", value=ADDRESS) is None
        go_on(seconds=5)
        assert not SearchEntry.objects.exists()
        assert not BlindIndexEntry.objects.exists()
