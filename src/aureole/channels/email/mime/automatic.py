"""Who wrote it: a person, a machine answering, a list, a mail server reporting (RFC 3834, RFC 3464)."""

from __future__ import annotations

import re

from aureole.channels.email.mime.entity import Entity
from aureole.channels.email.parsed import Address, Automatic

_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|mdaemon|bounces?[+@-].*)(?:@|$)", re.I)
_BOUNCE_SUBJECT = re.compile(
    r"(?:undeliver|delivery (?:status|failure|has failed)|mail delivery|returned mail|failure notice|unzustellbar"
    r"|non remis|no entregado|non recapitabile|niet bezorgd)",
    re.I,
)
_REPLY_SUBJECT = re.compile(
    r"(?:auto(?:matic|mated)?[ -]?(?:reply|response|antwort)|out of (?:the )?office|abwesenheit|r.ponse automatique"
    r"|respuesta autom|risposta automatica|automatisch antwoord|autosvar|automatisk svar)",
    re.I,
)
_BULK = {"bulk", "junk", "list"}


def recognise(root: Entity, sender: Address | None, subject: str) -> Automatic:
    """The first that fits; a mail no header speaks about is a person's."""
    if is_report(root, sender, subject):
        return Automatic.REPORT
    if _is_automatic_reply(root, subject):
        return Automatic.REPLY
    if any(root.first(name) for name in ("list-id", "list-post", "list-help")):
        return Automatic.LIST
    precedence = (root.first("precedence") or "").strip().lower()
    if precedence in _BULK or root.first("list-unsubscribe") or root.first("feedback-id"):
        return Automatic.BULK
    return Automatic.NO


def is_report(root: Entity, sender: Address | None, subject: str) -> bool:
    if root.type.value == "multipart/report":
        return root.type.params.get("report-type", "delivery-status").lower() != "feedback-report"
    null_sender = (root.first("return-path") or "?").strip() in ("<>", "")
    daemon = bool(sender and _DAEMON.match(sender.address))
    return bool(root.first("x-failed-recipients")) or (
        (null_sender or daemon) and bool(_BOUNCE_SUBJECT.search(subject))
    )


def _is_automatic_reply(root: Entity, subject: str) -> bool:
    submitted = (root.first("auto-submitted") or "no").partition(";")[0].strip().lower()
    if submitted not in ("no", ""):
        return True
    if any(root.first(n) for n in ("x-autoreply", "x-autorespond", "x-auto-response-suppress-reply")):
        return True
    if (root.first("precedence") or "").strip().lower() == "auto_reply":
        return True
    return bool(_REPLY_SUBJECT.match(subject)) and not subject.lower().startswith("re:")
