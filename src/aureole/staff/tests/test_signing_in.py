from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.queries import address_of
from aureole.privacy.rights.place import today
from aureole.staff import throttle
from aureole.staff.actions.end_employment import end_employment
from aureole.staff.actions.make_sign_in_link import make_sign_in_link
from aureole.staff.actions.redeem_sign_in_link import redeem_sign_in_link
from aureole.staff.actions.sign_in import sign_in
from aureole.staff.models import Agent
from aureole.testing.personas import Personas

RIGHT = "a long and honest password"


def _try(rf: RequestFactory, address: str, password: str) -> str:
    try:
        sign_in(request=rf.post("/"), address=address, password=password)
    except Refused as refusal:
        return refusal.code
    return "in"


def _address(agent: Agent) -> str:
    found = address_of(agent.person)
    assert found is not None
    return found


def test_the_right_password_signs_in_and_a_wrong_one_does_not(personas: Personas, rf: RequestFactory) -> None:
    address = _address(personas.agent(password=RIGHT))
    assert _try(rf, address, RIGHT) == "in"
    assert _try(rf, address.upper(), RIGHT) == "in"
    assert _try(rf, address, "wrong") == "sign_in_failed"
    assert _try(rf, "nobody@nordlys.example", RIGHT) == "sign_in_failed"


def test_guessing_is_slowed_however_the_address_is_spelt(personas: Personas, rf: RequestFactory) -> None:
    address = _address(personas.agent(password=RIGHT))
    own = _address(personas.agent(password=RIGHT))
    answers = []
    for n in range(12):
        answers.append(_try(rf, address + "\u200b" * n, "wrong"))
        if n % 4 == 3:
            _try(rf, own, RIGHT)
    assert answers[0] == "sign_in_failed"
    assert answers[-1] == "sign_in_blocked"
    assert _try(rf, address, RIGHT) == "sign_in_blocked"


def test_nobody_signs_in_after_their_last_day(personas: Personas, rf: RequestFactory) -> None:
    admin, leaver = personas.agent(role="admin"), personas.agent(password=RIGHT)
    token = make_sign_in_link(agent=leaver, by=Actor.operator())
    end_employment(agent=leaver, ended_on=today(), by=admin.actor)
    assert _try(rf, _address(leaver), RIGHT) == "sign_in_failed"
    with pytest.raises(Refused):
        redeem_sign_in_link(token=token)
    for agent, day, code in (
        (admin, today(), "last_administrator"),
        (leaver, today() + timedelta(days=1), "day_to_come"),
    ):
        with pytest.raises(Refused) as refusal:
            end_employment(agent=agent, ended_on=day, by=admin.actor)
        assert refusal.value.code == code


def test_an_account_without_a_password_takes_none(personas: Personas, rf: RequestFactory) -> None:
    address = _address(personas.agent())
    assert _try(rf, address, "") == "sign_in_failed"


def test_a_link_works_once_and_for_its_hour(personas: Personas) -> None:
    agent = personas.agent()
    token = make_sign_in_link(agent=agent, by=Actor.operator())
    assert redeem_sign_in_link(token=token) == agent
    for unusable in (
        token,
        "",
        " ",
        "\x00",
        token[:-1],
        make_sign_in_link(agent=agent, by=Actor.operator())[::-1],
    ):
        with pytest.raises(Refused):
            redeem_sign_in_link(token=unusable)


def test_old_failures_are_forgotten(personas: Personas, rf: RequestFactory) -> None:
    from datetime import timedelta

    from aureole.kernel import clock
    from aureole.staff.models import SignInAttempt

    with clock.at(clock.now() - timedelta(hours=13)):
        _try(rf, "nobody@nordlys.example", "wrong")
    assert throttle.forget_old() == SignInAttempt.objects.count() + 2


@pytest.mark.parametrize(
    ("address", "counted"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:a::7", "2001:db8:1:2::/64"), ("", ""), ("::1", "::/64")],
)
def test_whoever_has_many_addresses_of_one_network_is_counted_once(address: str, counted: str) -> None:
    assert throttle.network_of(address) == counted
