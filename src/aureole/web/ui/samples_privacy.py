"""Invented matters of protection for the page of components: facts, a plan, a queue, clocks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from aureole.web.ui.protection import (
    Account,
    Branch,
    DataGroup,
    DataRow,
    Fact,
    Leaf,
    Provenance,
    Reading,
    Signature,
    Step,
)
from aureole.web.ui.shell import Face
from aureole.web.ui.strip import Strip, lay_out_strip

ILSE = Face(initials="IB", name="Ilse Brandt")
NOBODY = Face(initials="2", name="nobody yet", presence="vacant")
KEPT = "customer + 3 months"


def everything() -> dict[str, Any]:
    return {
        "strips": strips(),
        "provenance": provenance(),
        "facts": facts(),
        "data": data(),
        "account": account(),
        "steps": steps(),
        "progress": progress(),
        "signatures": signatures(),
        "queue": queue(),
        "lines": [
            {"words": "About her orders", "rest": "yes, contract"},
            {"words": "Newsletter", "rest": "yes, 12 Jan 2026"},
            {"words": "Skarv sole came loose", "rest": "Oct 2025", "href": "#"},
        ],
    }


def _clock(passed: int, total: int, *, paused: range = range(0), is_extended: bool = False) -> Strip:
    start = date(2026, 2, 9)
    return lay_out_strip(
        start=start,
        due=start + timedelta(days=total),
        today=start + timedelta(days=passed),
        paused=[start + timedelta(days=n) for n in paused],
        is_extended=is_extended,
    )


def strips() -> list[tuple[str, Strip]]:
    return [
        ("fresh", _clock(2, 30)),
        ("half way", _clock(16, 31)),
        ("due in 3 days", _clock(25, 28)),
        ("paused before", _clock(33, 36, paused=range(2, 10))),
        ("paused now", _clock(12, 32, paused=range(8, 12))),
        ("overdue by 3", _clock(31, 28)),
        ("extended", _clock(26, 28, is_extended=True)),
    ]


def provenance() -> Provenance:
    now = timezone.now()
    return Provenance(
        why="Ada asked us to send a spare here in 48213. It is owed under the contract, GDPR Art. 6(1)(b).",
        until="10 June 2026: three months after our answer, class direct contact.",
        until_rest="In 92 days, by itself. No law makes us keep it longer.",
        readings=[
            Reading(when=now - timedelta(minutes=12), who="Signe Holm, to answer 48213"),
            Reading(when=now - timedelta(days=1), who="Fjordpost, to send the parcel"),
        ],
        readings_rest="Ada sees this list too.",
        sealed_with="Sealed with AES-256-GCM, key correspondence",
        log_entry="entry 41,906 of the log",
        correct_url="#",
        erase_url="#",
    )


def facts() -> list[Fact]:
    known = provenance()
    return [
        Fact(label="E-mail", value="ada.lindqvist@brevduva.example", key="email", provenance=known),
        Fact(label="Phone", value="+46 70 ··· ·· 41", key="phone", seal="closed", provenance=known),
        Fact(label="Home", value="Göteborg, Sweden", key="home", provenance=known),
        Fact(label="Writes", value="Swedish, English"),
    ]


def data() -> list[DataGroup]:
    return [
        DataGroup(heading="Who she is", rows=[_name(), _born()]),
        DataGroup(heading="Where we reach her", rows=[_work()]),
        DataGroup(heading="What she bought", rows=[_bills()]),
    ]


def _name() -> DataRow:
    return DataRow(
        key="d-name",
        label="Name",
        value="Ada Lindqvist",
        source="her first order, 4 May 2023",
        purpose="Answering, orders",
        basis="Contract",
        until=KEPT,
        provenance=provenance(),
    )


def _born() -> DataRow:
    return DataRow(
        key="d-born",
        label="Born",
        value="·· ·· ····",
        source="shop account",
        purpose="Age check",
        basis="Legal duty",
        until=KEPT,
        seal="closed",
        is_masked=True,
        show_url="#",
        reasons=[("to_answer_them", "To answer them"), ("to_check_who_they_are", "To check who they are")],
    )


def _work() -> DataRow:
    return DataRow(
        key="d-work",
        label="Work",
        value="Fabriksgatan 12, 431 37 Mölndal",
        source="her e-mail, today",
        purpose="Sending a spare",
        basis="Contract",
        until="10 Jun 2026",
        provenance=provenance(),
        is_opened=True,
    )


def _bills() -> DataRow:
    return DataRow(
        key="d-bills",
        label="Invoices",
        value="6 invoices",
        source="the shop",
        purpose="Bookkeeping",
        basis="Legal duty",
        until="31 Dec 2031",
        seal="held",
        provenance=provenance(),
    )


def account() -> Account:
    return Account(
        before=[_first()],
        line="No way back from here.",
        line_rest="Two of four keys are destroyed; backups lose M. V. on 17 March.",
        goes=_goes(),
        stays=_stays(),
        together="Together 310, as in the map",
        together_rest="Reports still count 14 conversations, nameless",
    )


def _first() -> Branch:
    return Branch(
        key="first",
        label="First, and can still be stopped",
        goes=4,
        how="New mail is kept apart",
        leaves=[
            Leaf(label="Sign-in links and sessions", goes=2, how="ended"),
            Leaf(label="Drafts and queued sends", goes=2, how="cancelled"),
        ],
    )


def _goes() -> list[Branch]:
    leaves = [
        Leaf(label="Conversations", goes=14, how="2021 to 2026"),
        Leaf(label="Messages", goes=188, how="101 theirs, 87 ours"),
        Leaf(label="Files", goes=62, how="37 attachments, 25 raw mails"),
    ]
    how = "key correspondence destroyed"
    return [
        Branch(key="desk", label="Desk", goes=264, how=how, leaves=leaves, is_open=True),
        Branch(key="identity", label="Identity", goes=22, how="key identity destroyed", leaves=leaves[:1]),
        Branch(key="named", label="Named in others’ texts", goes=6, how="name blacked out"),
    ]


def _stays() -> list[Branch]:
    law, until = "Danish Bookkeeping Act §12", "until 31 Dec 2031"
    return [
        Branch(key="bills", label="Invoices", stays=11, until=until, how=law),
        Branch(
            key="proof",
            label="Proof of consent",
            stays=3,
            until="until 10 Mar 2029",
            how="GDPR Art. 17(3)(e)",
        ),
    ]


def steps() -> list[Step]:
    return [
        Step(
            label="Received",
            state="done",
            words="5 Feb 9:12, privacy centre",
            proof="entry 39,207",
            proof_url="#",
        ),
        Step(label="It is them", state="done", words="15 Feb, code to the address on file"),
        Step(label="Plan", state="now", words="frozen today 14:02", proof="7f3a·91c2", proof_url="#"),
        Step(label="Second person", words="not asked yet"),
        Step(label="Erase", words="about 40 seconds"),
        Step(label="Proof", words="certificate, letter"),
    ]


def progress() -> list[Step]:
    now = timezone.now()
    return [
        Step(
            label="Access ended", state="done", words="2 sessions, 1 link", when=now - timedelta(seconds=40)
        ),
        Step(
            label="Keys destroyed",
            state="done",
            words="identity, correspondence",
            when=now - timedelta(seconds=31),
        ),
        Step(label="Deleting rows", state="now", words="1,106 of 1,404", when=now - timedelta(seconds=8)),
        Step(
            label="Telling Birchmail", state="failed", words="no answer; tried again in 4 minutes", when=now
        ),
        Step(label="Searching for traces", words="41 places"),
    ]


def signatures() -> list[Signature]:
    return [
        Signature(
            who="Ilse Brandt, prepared it",
            words="today 14:02, from the frozen plan",
            face=ILSE,
            is_signed=True,
        ),
        Signature(who="Joost Visser, asked 14:06", words="not read yet", face=NOBODY),
    ]


def queue() -> list[dict[str, Any]]:
    late = {
        "days": "−3",
        "is_late": True,
        "href": "#",
        "asks": "Delete my data",
        "initials": "M. V.",
        "reference": "R2021",
        "strip": _clock(31, 28),
        "due": "9 Mar",
        "stage": "Plan",
        "step": "4/5",
        "owner": "Ilse",
        "waits_for": "a second person",
    }
    fine = {
        "days": "14",
        "href": "#",
        "asks": "See my data",
        "initials": "A. L.",
        "reference": "R2022",
        "strip": _clock(16, 30),
        "due": "24 Mar",
        "stage": "Collecting",
        "step": "3/5",
        "owner": "Ilse",
        "waits_for": "the shop",
    }
    return [
        {"heading": "Overdue", "rest": "1", "rows": [late]},
        {"heading": "Later", "rest": "1", "rows": [fine]},
    ]
