from __future__ import annotations

from django.db import IntegrityError, transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.text import storable
from aureole.ledger.record import record
from aureole.privacy.models import Peer
from aureole.privacy.transfer.peers import peer_with_key, read_line


def add_peer(*, line: str, name: str, by: Actor, automatic: bool = False) -> Peer:
    """Let another instance send packages here, and be sent some. `line` is what `peer show` printed there.

    The same key again changes name, address and policy. The caller has checked that `by` may.
    Raises Refused for a line that cannot be read, or without a name.
    """
    address, key, found = read_line(line)
    called = storable(name).strip()[:120]
    if not called:
        raise Refused("peer_nameless", "Say who the other controller is, with --name. Nothing was changed.")
    try:
        with transaction.atomic():
            peer = peer_with_key(found) or Peer(public_key=key, fingerprint=found, added_at=now())
            peer.name, peer.address, peer.automatic = called, address, automatic
            peer.save()
            record("transfer.peer_added", by=by, automatic=int(automatic))
    except IntegrityError:
        raise Refused(
            "peer_twice", "Somebody added this peer at the same moment. Nothing was changed."
        ) from None
    return peer
