"""Taking mail in, one process: sealed, threaded, indexed and durable, against parse and one raw INSERT."""

from __future__ import annotations

import email
import email.policy
import time
from collections import Counter
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

from django.db import connections

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.models import InboundState
from aureole.kernel.clock import now
from aureole.kernel.ids import new_id
from bench.company import Company
from bench.explain import explain
from bench.table import Measured

MAILS, AT_ONCE, WARM_UP = 300, 25, 25
GOAL = 4.0
_INSERT = "INSERT INTO floor.mail VALUES (%s, %s, %s, %s, %s, %s, %s)"


def measure_mail(company: Company) -> list[Measured]:
    mails = [letter.as_bytes() for letter in write_mails(company, MAILS + WARM_UP)]
    _receive(mails[:WARM_UP])
    floor = ours = cpu = 0.0
    outcome: Counter[str] = Counter()
    for start in range(WARM_UP, len(mails), AT_ONCE):  # in turn, so that a busy machine slows both
        some = mails[start : start + AT_ONCE]
        begun = time.perf_counter()
        _insert(company, some)
        middle, cpu_middle = time.perf_counter(), time.process_time()
        outcome += _receive(some)
        ours += time.perf_counter() - middle
        cpu += time.process_time() - cpu_middle
        floor += middle - begun
    more = [letter.as_bytes() for letter in write_mails(company, AT_ONCE)]
    explain(f"{AT_ONCE} mails in", lambda: _receive(more))
    return [
        Measured(
            work="mail in, one process", size=company.size, floor=MAILS / floor, ours=MAILS / ours, unit="mails/s",
            goal=GOAL, note=f"{cpu / MAILS * 1000:.1f} ms CPU each, {_statements(company)}; {dict(outcome)}",
        )
    ]  # fmt: skip


def _receive(mails: list[bytes]) -> Counter[str]:
    states: Counter[str] = Counter()
    for raw in mails:
        mail = receive_mail(raw=raw, live=True)
        states[str(InboundState(mail.state).value)] += 1
    return states


def _insert(company: Company, mails: list[bytes]) -> None:
    for raw in mails:
        letter = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        body = letter.get_body(("plain", "html"))
        files = sum(len(part.get_payload(decode=True) or b"") for part in letter.iter_attachments())
        values = (str(letter[name]) for name in ("From", "Subject", "Message-ID", "Date"))
        company.floor.session.execute(_INSERT, [new_id(), *values, body.get_content() if body else "", files])


def _statements(company: Company) -> str:
    """How many statements a first mail of somebody unknown takes, by database."""
    seen: Counter[str] = Counter()

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen[context["connection"].alias] += 1
        return execute(sql, params, many, context)

    letter = _letter(company, [])
    letter.replace_header("From", "Somebody New <somebody.new@new.example>")
    with connections["default"].execute_wrapper(count), connections["keys"].execute_wrapper(count):
        receive_mail(raw=letter.as_bytes(), live=True)
    return f"from somebody new {seen['default']} statements + {seen['keys']} to the key store"


# ------------------------------------------------------------------ the mails


def write_mails(company: Company, count: int) -> list[EmailMessage]:
    """Half from people known here, 40 % answers, a third with HTML, one in twelve with a file."""
    letters: list[EmailMessage] = []
    for _ in range(count):
        letters.append(_letter(company, letters))
    return letters


def _letter(company: Company, earlier: list[EmailMessage]) -> EmailMessage:
    speech, rng = company.speech, company.speech.rng
    letter = EmailMessage(policy=email.policy.SMTP)
    answered = rng.choice(earlier) if earlier and rng.random() < 0.4 else None
    letter["From"] = answered["From"] if answered else _sender(company)
    letter["To"] = "Support <support@localhost>"
    letter["Date"] = format_datetime(now())
    letter["Message-ID"] = make_msgid(idstring=f"{rng.getrandbits(64):x}", domain="mail.example")
    text = speech.text()
    if answered is None:
        letter["Subject"] = speech.subject()
    else:
        letter["Subject"] = f"Re: {str(answered['Subject']).removeprefix('Re: ')}"
        letter["In-Reply-To"] = letter["References"] = answered["Message-ID"]
        text += "\n\nOn Monday somebody wrote:\n" + "\n".join(
            f"> {line}" for line in speech.text(40).splitlines()
        )
    letter.set_content(text)
    if rng.random() < 0.33:
        letter.add_alternative(f"<html><body><p>{text}</p></body></html>", subtype="html")
    if rng.random() < 0.08:
        letter.add_attachment(rng.randbytes(12_000), maintype="image", subtype="jpeg", filename="photo.jpg")
    return letter


def _sender(company: Company) -> str:
    rng = company.speech.rng
    if rng.random() < 0.5:
        return rng.choice(company.addresses[100:] or company.addresses)
    name = company.speech.name()
    return f"{name} <{name.replace(' ', '.').lower()}{rng.randrange(10**6)}@new.example>"
