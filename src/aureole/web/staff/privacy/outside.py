"""Who outside gets something, as the data map shows it: every server that is not our own, and other controllers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aureole.privacy.data_map.rows import OUTSIDE, MapRow
from aureole.privacy.export.recipients import servers
from aureole.privacy.law.reach import Reach, standing_of
from aureole.privacy.models import DisclosedTo
from aureole.privacy.rights.place import today
from aureole.privacy.transfer.peers import peers
from aureole.web.staff.privacy.drawing import Outside, is_sent
from aureole.web.staff.privacy.tracing_page import Traced


def outside_of(rows: Iterable[MapRow], traced: Traced | None) -> list[Outside]:
    """The outgoing mail server first, then servers that keep what is ours, then controllers packages go to; of one
    person also whoever else got their data, by kind."""
    held = [row for row in rows if row.module != OUTSIDE]
    theirs = traced is not None and bool(traced.found.total)
    kept = [
        Outside(name=server.name, words=f"{server.gets}: {server.why}", is_marked=theirs)
        for server in servers()
    ]
    mail = _mail_server(sum(is_sent(row) for row in held), traced)
    return (
        [_placed(one, key) for one, key in zip([mail, *kept], ["mail", *_keys_of_servers()], strict=True)]
        + [
            _placed(one, urlsplit(peer.address).hostname or "")
            for one, peer in zip(_controllers(traced), peers(), strict=True)
        ]
        + [_placed(one, "") for one in _noted(traced)]
    )


def _keys_of_servers() -> list[str]:
    """What the setting of countries calls them."""
    return [{"file_store": "files"}.get(server.kind, server.kind) for server in servers()]


def _placed(one: Outside, key: str) -> Outside:
    """With the country the operator said it is in. A mail server that is not set is nowhere outside."""
    if one.is_mail_server and settings.AUREOLE_EMAIL is None:
        return replace(one, country="", reach=Reach.INSIDE)
    country = settings.AUREOLE_RECEIVER_COUNTRIES.get(key, "")
    return replace(one, country=country, reach=standing_of(country, today()).reach)


def _mail_server(fields: int, traced: Traced | None) -> Outside:
    """Its host is the operator's, no personal data. Without one no answer leaves, so no line leads there."""
    server = settings.AUREOLE_EMAIL
    words = str(server.host) if server is not None else _("none set: answers stay here")
    mails = traced.mails if traced else 0
    if traced:
        words = _("no mail to them")
        if mails:
            words = ngettext("%(count)d mail to them", "%(count)d mails to them", mails) % {"count": mails}
    return Outside(
        name=_("Outgoing mail server"), words=words, fields=fields if server is not None or mails else 0,
        is_marked=bool(mails), is_mail_server=traced is None,
    )  # fmt: skip


def _controllers(traced: Traced | None) -> list[Outside]:
    """Other instances a person's package may go to; whose it did, where one person is traced."""
    got = set(traced.found.peers) if traced else set()
    words = _("packages at a person’s wish")
    said = {True: _("got their package"), False: _("got nothing of theirs")}
    return [
        Outside(name=peer.name, words=said[peer.name in got] if traced else words, is_marked=peer.name in got)
        for peer in peers()
    ]


def _noted(traced: Traced | None) -> list[Outside]:
    """Nothing is opened on the map: their names are on the record."""
    kinds = traced.found.noted if traced else ()
    return [
        Outside(name=str(DisclosedTo(to).label), words=_("named on their record"), is_marked=True)
        for to in kinds
    ]
