from __future__ import annotations

from aureole.ledger.types import EntryType, register
from aureole.privacy.erasure.approval import APPROVALS
from aureole.privacy.models import (
    EXEMPT,
    SAID,
    ConsultationEnd,
    DisclosedTo,
    NoticeEvent,
    NoticeOutcome,
    Settled,
)
from aureole.privacy.models.breach import BreachRisk, BreachScope, BreachTelling
from aureole.privacy.rights.vocabulary import KINDS, MOVE_WORDS

register(
    EntryType(
        name="privacy.erasure_begun",
        words="began to erase a person",
        counts=("items", "request"),
        enums={"approval": APPROVALS},
    ),
    EntryType(name="privacy.erasure_called_off", words="called an erasure off before anything was gone"),
    EntryType(name="privacy.erased", words="erased a person", counts=("items", "places")),
    EntryType(
        name="privacy.anonymising_begun",
        words="began to anonymise a person",
        counts=("items", "request"),
        enums={"approval": APPROVALS},
    ),
    EntryType(name="privacy.anonymised", words="anonymised a person", counts=("items", "places")),
    EntryType(
        name="privacy.exported",
        words="exported a person's data",
        counts=("records", "files", "redactions"),
    ),
    EntryType(name="privacy.export_fetched", words="fetched an export", counts=("records",)),
    EntryType(
        name="privacy.replayed",
        words="brought restored data up to the fence list",
        counts=("persons", "rows", "texts", "withheld", "resumed"),
        enums={"fences": ("current", "missing")},
    ),
    EntryType(
        name="privacy.hold_placed",
        words="placed a legal hold",
        enums={"scope": ("person", "item")},
    ),
    EntryType(
        name="privacy.hold_kept",
        words="looked at a legal hold and kept it",
        enums={"scope": ("person", "item")},
    ),
    EntryType(
        name="privacy.hold_released",
        words="released a legal hold",
        enums={"scope": ("person", "item")},
    ),
    EntryType(
        name="privacy.retention_proposed",
        words="proposed that what has run out goes",
        counts=("erase", "restrict", "held", "floor"),
    ),
    EntryType(
        name="privacy.retention_begun",
        words="approved what has run out to be erased",
        counts=("erase", "restrict", "held", "floor"),
        enums={"way": ("approved", "automatic")},
    ),
    EntryType(
        name="privacy.retention_applied",
        words="erased what had run out",
        counts=("items", "tickets", "persons", "restricted"),
    ),
    EntryType(
        name="privacy.retention_rule_set",
        words="changed how long something is kept",
        counts=("months",),
    ),
    EntryType(
        name="privacy.evidence_made",
        words="put together the evidence of a request",
        counts=("request", "steps", "words"),
    ),
    EntryType(name="privacy.traced", words="looked where a person is held", counts=("places", "records")),
    EntryType(name="privacy.explained", words="listed what is held about a person", counts=("fields",)),
)
register(
    EntryType(
        name="consent.given",
        words="recorded a consent",
        enums={"channel": ("portal", "email", "phone", "paper", "person", "import")},
    ),
    EntryType(name="consent.withdrawn", words="withdrew a consent", counts=("stopped",)),
    EntryType(
        name="consent.childs_ended",
        words="ended what a child had agreed to alone, who came of age",
        counts=("consents",),
    ),
    EntryType(name="consent.objected", words="objected to a purpose", counts=("stopped",)),
)
register(
    *(
        EntryType(name=f"rights.{what}", words=words, counts=("request",), enums={"kind": KINDS})
        for what, words in MOVE_WORDS.items()
    )
)
register(
    EntryType(
        name="privacy.came_back",
        words="recorded somebody again who was erased here and wrote to us themselves",
    ),
    EntryType(
        name="privacy.kept_away",
        words="made no record of somebody who was erased and is kept away",
        enums={"way": ("mail", "staff", "import")},
    ),
    EntryType(name="privacy.suppression_lifted", words="took an entry off the suppression list"),
    EntryType(
        name="rights.answer_read",
        words="read an answer for other people in it",
        counts=("request", "texts", "hits"),
    ),
    EntryType(
        name="rights.hit_decided",
        words="decided what of other people an answer shows",
        counts=("request", "hits"),
        enums={"decision": ("hide", "keep", "undone")},
    ),
    EntryType(
        name="rights.hits_shown",
        words="looked at other people in an answer",
        counts=("request", "hits"),
    ),
    EntryType(name="transfer.peer_added", words="made another instance known", counts=("automatic",)),
    EntryType(name="transfer.peer_removed", words="stopped speaking with another instance"),
    EntryType(
        name="transfer.begun",
        words="began to send a person's package to another controller",
        counts=("request",),
    ),
    EntryType(
        name="transfer.delivered",
        words="delivered a person's package to another controller",
        counts=("records", "files"),
    ),
    EntryType(
        name="transfer.ended",
        words="learned what another controller did with a person's package",
        enums={"outcome": ("taken_in", "refused", "withdrawn", "failed")},
    ),
    EntryType(
        name="transfer.arrived",
        words="received a person's package from another controller",
        counts=("records", "files"),
    ),
    EntryType(
        name="transfer.notice_begun",
        words="began to tell another controller what was done with a person's data",
        enums={"event": ("correct", "erase", "restrict", "lift")},
    ),
    EntryType(
        name="transfer.notice_answered",
        words="has another controller's word that it was told what was done with a person's data",
    ),
    EntryType(
        name="transfer.notice_arrived",
        words="was told by another controller what was done there with a person's data",
        enums={"event": ("correct", "erase", "restrict", "lift")},
    ),
    EntryType(
        name="transfer.notice_hurried",
        words="had another controller told now what was done with a person's data",
    ),
    EntryType(
        name="transfer.notice_ended",
        words="stopped trying to tell another controller what was done with a person's data",
        enums={"outcome": ("given_up", "not_needed")},
    ),
    EntryType(
        name="transfer.notice_decided",
        words="decided what follows here from what another controller did with a person's data",
        enums={"outcome": tuple(NoticeOutcome.values)},
    ),
    EntryType(
        name="transfer.notice_outcome",
        words="learned what another controller did after it was told",
        enums={"outcome": tuple(NoticeOutcome.values)},
    ),
    EntryType(name="transfer.read", words="looked at what came from another controller"),
    EntryType(
        name="transfer.taken_in",
        words="took a person in who came from another controller",
        counts=("tickets", "messages", "files", "new"),
    ),
    EntryType(
        name="transfer.refused",
        words="did not take in what came from another controller",
        enums={"ground": ("unwanted", "not_fitting", "erased", "run_out", "withdrawn", "unsound")},
    ),
)
register(
    *(
        EntryType(
            name=f"privacy.breach_{what}",
            words=words,
            counts=("breach", *counts),
            enums={k: tuple(v.values) for k, v in enums.items()},
        )
        for what, words, counts, enums in (
            ("recorded", "recorded a breach of personal data", (), {}),
            ("described", "said more about a breach", (), {}),
            ("bounded", "said how those affected by a breach are found", (), {"scope": BreachScope}),
            ("found", "found who is affected by a breach", ("persons",), {}),
            ("assessed", "judged the risk of a breach", (), {"risk": BreachRisk}),
            ("reported", "handed in a report of a breach", ("last",), {}),
            ("told", "had persons affected by a breach written to", ("persons",), {}),
            (
                "excused",
                "decided that persons affected by a breach are not written to",
                (),
                {"ground": BreachTelling},
            ),
            ("reminded", "reminded the officers of a breach", (), {}),
            ("closed", "closed a breach", (), {}),
            ("read", "looked at who is affected by a breach", ("persons",), {}),
        )
    )
)
register(
    EntryType(
        name="informing.told",
        words="told a person where their data came from, or that they may object",
        counts=("sources", "objection"),
        enums={"how": tuple(Settled.values)},
    ),
    EntryType(
        name="informing.asked", words="wrote to a person where their data came from", counts=("letters",)
    ),
    EntryType(
        name="informing.exempted",
        words="decided that a person need not be told where their data came from",
        enums={"ground": tuple(EXEMPT)},
    ),
    EntryType(
        name="informing.disclosed",
        words="noted that data of a person went to somebody else",
        counts=("letters",),
        enums={"to": tuple(DisclosedTo.values)},
    ),
    EntryType(
        name="informing.named",
        words="noted who got data of a person",
        enums={"to": tuple(DisclosedTo.values)},
    ),
    EntryType(
        name="informing.settled",
        words="noted whether somebody who had got data of a person heard of a change",
        enums={"event": tuple(NoticeEvent.values), "hearing": tuple(str(one) for one in SAID)},
    ),
    EntryType(name="informing.reopened", words="took back that a person was told, or need not be"),
    EntryType(name="informing.missed", words="learned that what told a person did not reach them"),
    EntryType(
        name="informing.reminded", words="reminded the officers of people to be told", counts=("persons",)
    ),
)
register(
    *(
        EntryType(name=f"consulting.{what}", words=words, counts=("consultation",))
        for what, words in (
            ("recorded", "recorded a consultation of the authority"),
            ("extended", "noted that the authority takes longer to answer a consultation"),
            ("paused", "noted what the authority wants to know for a consultation"),
            ("resumed", "noted that the authority has what it asked for"),
            ("reminded", "reminded the officers of a consultation"),
        )
    ),
    EntryType(
        name="consulting.ended",
        words="noted how a consultation of the authority ended",
        counts=("consultation",),
        enums={"end": tuple(ConsultationEnd.values)},
    ),
)
