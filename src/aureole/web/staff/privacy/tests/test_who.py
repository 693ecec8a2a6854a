from __future__ import annotations

import uuid

from aureole.web.staff.privacy.who import say_agent, say_who


def test_who_did_it_is_said_alike_and_a_named_agent_is_the_operators_word() -> None:
    ada, gone = uuid.uuid4(), uuid.uuid4()
    names = {ada: "Ada"}
    assert say_who("agent", ada, names) == say_agent(ada, names) == "Ada"
    assert say_who("named", ada, names) == "Ada, named by the operator, not signed in"
    assert say_who("agent", gone, names) == "somebody who left"
    assert [say_who(kind, None, names) for kind in ("system", "customer")] == [
        "Aureole, by itself",
        "the person",
    ]
    assert say_agent(None, names) == "the operator"
