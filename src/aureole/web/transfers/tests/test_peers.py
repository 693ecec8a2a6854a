from __future__ import annotations

import pytest

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import Peer
from aureole.privacy.transfer.actions.add_peer import add_peer
from aureole.privacy.transfer.peers import own_line

OPERATOR = Actor.operator()


@pytest.mark.parametrize(
    "line",
    [
        "http://fjell.example#AAAA", "https://fjell.example", "ftp://x#y", "https://a:b@fjell.example#%s",
        "http://fjell.example#%s",
    ],
)  # fmt: skip
def test_a_peer_needs_a_safe_address_and_a_key(db: None, line: str) -> None:
    key = own_line().partition("#")[2]
    with pytest.raises(Refused, match="Nothing was changed"):
        add_peer(line=line.replace("%s", key), name="X", by=OPERATOR)
    assert not Peer.objects.exists()
