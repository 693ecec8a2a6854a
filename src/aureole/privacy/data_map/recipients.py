"""Recipients in the record of processing (GDPR Art. 30(1)(d)): servers and other controllers by name, others by kind.

Who got the data of one person outside of this program is sealed under that person's key and named in their answer; the
record, which is about all, has their kinds, as the article asks.
"""

from __future__ import annotations

from aureole.privacy.export.ports import receivers
from aureole.privacy.models import DisclosedTo, Disclosure, Peer, SentTransfer

_SERVERS = {
    "mail_out": "carries our mail",
    "file_store": "stores files, sealed; the keys are not there",
    "database": "stores the data, sealed; the keys are not there",
}


def servers() -> list[str]:
    """Those that the settings name; needs no database."""
    return list(dict.fromkeys(f"{one.name} ({_SERVERS.get(one.kind, one.kind)})" for one in receivers()))


def recipients_of_all() -> list[str]:
    """Two statements."""
    peers = Peer.objects.filter(pk__in=SentTransfer.objects.values("peer")).order_by("name")
    packages = [
        f"{name} (packages that people asked us to send there)"
        for name in peers.values_list("name", flat=True)
    ]
    kinds = Disclosure.objects.order_by("to").values_list("to", flat=True).distinct()
    noted = [f"{DisclosedTo(to).label} (by name at each person)" for to in kinds]
    return [*servers(), *packages, *noted]
