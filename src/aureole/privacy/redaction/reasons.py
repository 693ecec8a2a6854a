"""Why a part of an answer is hidden: the one list. A code goes into the log and the manifest, words to the person.

Letters in other languages translate the words under "said" in `export/words/`.
"""

from __future__ import annotations

from dataclasses import dataclass

from aureole.kernel.errors import Refused

OTHERS_REASON = "names another person; their data is theirs (GDPR Art. 15(4))"
NOT_SEARCHED_REASON = (
    "could not be searched for other people by a program, and was not handed out unseen (GDPR Art. 15(4))"
)
STAFF_REASON = "names a member of staff (CJEU C-579/21)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """label: for the officer's list. words: what manifest, page and letter say. shown: what stands in its place."""

    code: str
    label: str
    words: str
    shown: str = "[hidden]"


REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason(
            code="third_party",
            label="another person’s privacy",
            words=OTHERS_REASON,
            shown="[another person]",
        ),
        Reason(code="staff", label="a member of staff", words=STAFF_REASON, shown="[a member of staff]"),
        Reason(code="not_searched", label="could not be searched", words=NOT_SEARCHED_REASON),
        Reason(
            code="confidence",
            label="said in confidence",
            words="was told to us in confidence by somebody else (GDPR Art. 15(4))",
        ),
        Reason(
            code="trade_secret",
            label="trade secret",
            words="is a trade secret or intellectual property (GDPR Art. 15(4), recital 63)",
        ),
        Reason(
            code="legal_privilege",
            label="legal privilege",
            words="is correspondence with a lawyer that the law protects (GDPR Art. 23(1)(i))",
        ),
        Reason(
            code="legal_claims",
            label="legal claims",
            words="would harm the defence of legal claims (GDPR Art. 23(1)(j))",
        ),
        Reason(
            code="security",
            label="security",
            words="would help to get round what protects our systems and others’ data (GDPR Art. 15(4), 32)",
        ),
        Reason(
            code="not_theirs",
            label="not about this person",
            words="is not about you, so it is not part of the answer (GDPR Art. 15(1))",
        ),
    )
}
BY_DEFAULT = "third_party"


def default_for(kind: str) -> str:
    """The code for a hit of that kind when nobody gave one."""
    return {"staff": "staff", "unread": "not_searched"}.get(kind, BY_DEFAULT)


def reason(code: str) -> Reason:
    """Raises Refused for a code that is not in the list."""
    if code not in REASONS:
        raise Refused(
            "redaction_reason",
            f"Give one of these as the reason: {', '.join(REASONS)}. Nothing was changed.",
        )
    return REASONS[code]
