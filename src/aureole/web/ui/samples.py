"""Invented people and matters for the page of components. Nothing here ever reaches a database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from aureole.web.ui import samples_privacy
from aureole.web.ui.conversation import Attached, Changes, Composer, DayRule, Entry, Letter, Recipient, Row
from aureole.web.ui.drawings import SEALS
from aureole.web.ui.shell import Area, Face, Shell, View, ViewGroup

MIKKEL = Face(initials="MD", name="Mikkel Dam", presence="here")
WRITING = Face(initials="MD", name="Mikkel Dam", presence="typing")
JOOST = Face(initials="JV", name="Joost Visser", presence="here")
OIHANA = Face(initials="OE", name="Oihana Etxeberria")
SIGNE = Face(initials="SH", name="Signe Holm")
EMPTY_SLOT = Face(initials="2", name="nobody yet", presence="vacant")

SEAL_WORDS = {
    "open": "protected, you may read it",
    "closed": "masked until you give a reason",
    "restricted": "kept, not used, Art. 18",
    "held": "a law or a hold keeps it",
    "erased": "key destroyed, nobody can read it",
    "proven": "checked against the log",
}


class SampleForm(forms.Form):
    city = forms.CharField(initial="Göteborg")
    born = forms.CharField(label="Date of birth", help_text="For example 27 3 1991")
    number = forms.CharField(label="Customer number, fixed", initial="100 482", disabled=True)
    team = forms.ChoiceField(choices=[("returns", "Returns"), ("sales", "Sales")])
    way = forms.ChoiceField(
        label="How shall we answer?",
        choices=[("mail", "By e-mail"), ("post", "By post")],
        initial="mail",
        widget=forms.RadioSelect,
    )
    tell = forms.BooleanField(label="Tell the shop", required=False, initial=True)

    def clean_born(self) -> str:
        raise forms.ValidationError("The year must have four digits.")


def sheet() -> dict[str, Any]:
    """Everything the page of components draws."""
    return {
        "shell": shell(),
        "nav_current": "desk",
        "seals": [(kind, SEAL_WORDS[kind]) for kind in SEALS],
        "faces": [SIGNE, MIKKEL, WRITING, EMPTY_SLOT],
        "form": SampleForm(
            {"city": "Göteborg", "born": "27 3 91", "team": "returns", "way": "mail", "tell": "on"}
        ),
        "rows": rows(),
        "entries": entries(),
        "composer": composer(),
        "page": Paginator(range(151), 50).page(2),
        "groups": rail(),
        "found": finder("ada")["groups"],
        **samples_privacy.everything(),
    }


def frame(name: str) -> dict[str, Any]:
    """What one whole frame draws."""
    context = sheet() | {"at_thread": name == "thread"}
    context |= {
        "what_happened": "This page could not be made",
        "what_is_safe": "Nothing was changed, and nothing you wrote is lost.",
        "what_to_do": "Go back and try again in a minute, or ask for help with the number below.",
        "reference": "7f3a-91c2",
    }
    context["nav_current"] = {"record": "people", "plan": "privacy"}.get(name, "desk")
    return context


def shell() -> Shell:
    return Shell(
        workspace="Nordlys Outdoor",
        home="/ui/frames/desk",
        me=SIGNE,
        areas=[
            Area(key="desk", label="Desk", href="/ui/frames/desk", icon="inbox", press="g d"),
            Area(key="people", label="People", href="/ui/frames/record", icon="users", press="g p"),
            Area(key="privacy", label="Privacy", href="/ui/frames/plan", icon="shield", press="g v"),
        ],
        team=[MIKKEL, JOOST, OIHANA],
        finder_url="/ui/find",
        sign_out_url="/ui/frames/sign-in",
    )


def rail() -> list[ViewGroup]:
    views = [("Mine", 8), ("Unassigned", 12), ("Waiting for them", 18), ("Snoozed", 5), ("Done today", 12)]
    labels = [("warranty", 7), ("size advice", 5), ("Rücksendungen über 200 Euro", 16)]
    return [
        ViewGroup(views=[View(label=a, href="#", count=n, is_current=a == "Mine") for a, n in views]),
        ViewGroup(heading="Labels", views=[View(label=a, href="#", count=n) for a, n in labels]),
    ]


def _ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


def rows() -> list[Row]:
    """A list with every state of a row."""
    return [*_busy_rows("/ui/frames/thread"), *_quiet_rows("/ui/frames/thread")]


def _busy_rows(here: str) -> list[Row]:
    soon = timezone.now() + timedelta(minutes=100)
    return [
        Row(
            href=here,
            who="Ada Lindqvist",
            what="Pole on the Fjellro 3 snapped",
            when=_ago(minutes=6),
            due=soon,
            bit="The blue one is fine, as long as it fits",
            channel_words="E-mail",
            is_current=True,
        ),
        Row(
            href=here,
            who="Élodie Marchetti",
            what="Taille des chaussures Skarv",
            when=_ago(seconds=9),
            lang="fr",
            bit="Je fais du 39 en ville, est-ce que je dois",
            channel="chat",
            channel_words="Chat",
            is_unread=True,
            typing=WRITING,
        ),
        Row(
            href=here,
            who="Jonas Weidner",
            what="Rechnung ohne Umsatzsteuer-Identifikationsnummer",
            lang="de",
            when=_ago(hours=1),
            bit="Guten Tag, auf der Rechnung 2026-1187",
            channel_words="E-mail",
            is_unread=True,
        ),
    ]


def _quiet_rows(here: str) -> list[Row]:
    return [
        Row(
            href=here,
            who="Anneli Korhonen",
            what="Veloitettiinko minua kahdesti?",
            when=_ago(hours=2),
            lang="fi",
            bit="Tililläni näkyy kaksi samanlaista summaa",
            channel="form",
            channel_words="Web form",
        ),
        Row(
            href=here,
            who="Maisa al-Khatib",
            what="أين طلبي رقم ٤٨١٧٧؟",
            when=_ago(days=3),
            lang="ar",
            bit="مرحبا، لم يصل الطرد حتى الآن",
            channel_words="E-mail",
        ),
        Row(
            href=here,
            who="Tomás Ferreira",
            what="Levar os meus dados comigo",
            when=_ago(days=40),
            lang="pt",
            bit="With the privacy desk",
            channel="privacy",
            channel_words="Privacy centre",
        ),
    ]


def entries() -> list[Entry]:
    """A thread with every kind of entry."""
    return [*_older_entries(), *_latest_entries()]


def _older_entries() -> list[Entry]:
    return [
        DayRule(when=_ago(days=1, hours=2)),
        Letter(
            when=_ago(days=1, hours=2),
            who="Ada Lindqvist",
            said="by e-mail",
            is_folded=True,
            text="Hello, we bought the Fjellro 3 in January and took it out for the first time this weekend.",
        ),
        Changes(
            when=_ago(days=1),
            sentences=["Assigned to Signe.", "Label warranty added.", "Priority set to high."],
        ),
        DayRule(when=timezone.now()),
        Letter(
            when=_ago(hours=5),
            who="Mikkel Dam",
            said="note, staff only",
            is_note=True,
            text="Third broken joint from batch FJ3-11 this month. Send the blue set.",
        ),
        Letter(
            when=_ago(hours=4),
            who="You",
            said="to Ada, delivered",
            text="Hello Ada, I am sorry about that night. A new pole set is on us.\n\n"
            "We have it in blue only; is that all right with a grey tent?",
        ),
        Letter(
            when=_ago(minutes=6),
            who="Ada Lindqvist",
            said="by e-mail",
            text="Thank you, Signe. The blue one is fine. Here is the joint, too.",
            quoted="Hello Ada,\nI am sorry about that night.\nA new pole set is on us.",
            files=[Attached(name="pole-joint.jpg", href="#", size=2_202_009)],
        ),
    ]


def _latest_entries() -> list[Entry]:
    return [
        Letter(
            when=_ago(minutes=3),
            who="You",
            said="not delivered",
            is_failed=True,
            text="Your parcel leaves today.",
            failure="Ada’s mailbox is full, so she has not received this.",
            failure_rest="Your text is safe. We try again in an hour.",
            retry_url="#",
        ),
        Letter(
            when=_ago(minutes=2),
            who="You",
            said="to Ada, leaves soon",
            undo_url="#",
            undo_seconds=10,
            text="From us, still on its way out.",
        ),
        Changes(when=_ago(minutes=1), sentences=["Status set to waiting for them."]),
        Letter(
            when=_ago(minutes=1),
            who="Erased person",
            is_erased=True,
            erased_words="This message was erased on 4 March 2026.",
        ),
    ]


def composer() -> Composer:
    return Composer(
        action="#",
        send_to="Ada",
        token="",
        draft="Hello Ada,\n\nThe blue set fits the grey sleeves; the joints are the same size.",
        saved="Draft saved 14:20",
        recipients=[
            Recipient(name="Ada Lindqvist", address="ada.lindqvist@brevduva.example"),
            Recipient(name="Per", address="per@hem.example", warning="new address"),
        ],
    )


def finder(query: str) -> dict[str, Any]:
    """Answers of the finder whose words hold ``query``."""
    people = [("Ada Lindqvist", "Göteborg, 6 orders"), ("Adam Wieczorek", "Gdańsk, 1 order")]
    matters = [("Pole on the Fjellro 3 snapped", "48213, open"), ("Skarv sole came loose", "46102, done")]
    doings = [("Reply to Ada", "r", "reply"), ("Write a note for Ada", "n", "sticky-note")]
    groups = [
        ("People", [{"words": a, "rest": b, "href": "/ui/frames/record"} for a, b in people]),
        (
            "Conversations",
            [{"words": a, "rest": b, "href": "/ui/frames/thread", "icon": "mail"} for a, b in matters],
        ),
        ("Do", [{"words": a, "press": b, "icon": c} for a, b, c in doings]),
    ]
    kept = [(name, [one for one in found if query.lower() in one["words"].lower()]) for name, found in groups]
    return {"groups": [{"heading": name, "options": options} for name, options in kept if options]}
