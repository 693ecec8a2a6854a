"""Why a transfer is not accepted, as an HTTP status, a code and a sentence; and what of these a sender keeps."""

from __future__ import annotations

from http import HTTPStatus


class Declined(Exception):
    """The receiving side says no. `code` is one of the two lists below; nothing personal is in it."""

    def __init__(self, code: str, status: HTTPStatus = HTTPStatus.FORBIDDEN) -> None:
        super().__init__(code)
        self.code = code
        self.status = status

    @property
    def sentence(self) -> str:
        return DECLINED.get(self.code) or TROUBLES[self.code]


class PeerAway(Exception):
    """No answer, or "later": it is tried again."""


DECLINED = {
    "unknown_peer": "This instance does not know who signed this, so nothing was taken. Its operator can add you: "
    "aureole peer add.",
    "forged": "A signature does not hold, so nothing was taken.",
    "not_for_us": "This is addressed to another instance, so nothing was taken.",
    "too_large": "The package is larger than what is taken here. Nothing was taken.",
    "too_old": "The offer is more than 14 days old. Nothing was taken; offer it anew.",
    "too_many": "Too many packages are on their way from there already. Nothing was taken; try later.",
    "other_offer": "Something else was offered under this number before. Nothing was taken.",
    "unknown_transfer": "Nothing of this number was offered here, or not by you.",
    "tampered": "The piece was changed on its way, or belongs elsewhere. It was not taken; send it again.",
    "out_of_order": "Another piece is expected next.",
    "incomplete": "Pieces are missing.",
    "unsound": "The package is not what was offered, or its own signature does not hold. It was deleted.",
    "closed": "This was decided already.",
}
"""What the receiving instance answers, by code."""

TROUBLES = {
    "": "",
    "away": "The other instance does not answer. Nothing is lost: it is tried again by itself.",
    "later": "The other instance asks to try later. Nothing is lost: it is tried again by itself.",
    "card_unsound": "The other instance does not show a card signed with the key that is known of it. "
    "Nothing was sent; ask its operator for its key.",
    "unknown_peer": "The other instance does not know this one. Nothing was taken there; its operator "
    "has to add it with: aureole peer add.",
    "forged": "The other instance could not verify our signature. Nothing was taken there; compare the keys.",
    "not_for_us": "The other instance says that it is not the one this is for. Nothing was taken there; "
    "compare the keys.",
    "too_large": "The package is larger than what the other instance takes. Give the person the file instead.",
    "too_old": "The offer became too old before it arrived. Nothing was taken there; send it anew.",
    "other_offer": "The other instance knows another package under this number. Nothing was taken there; send it anew.",
    "tampered": "The pieces do not arrive as they were sent. Nothing was taken there; "
    "look at what lies between the two.",
    "unsound": "The other instance found that what arrived is not what was offered, and deleted it. Send it anew.",
    "receipt_unsound": "The receipt that came back does not hold. The package may have arrived; "
    "ask the other operator.",
    "answer_unsound": "The acknowledgement that came back does not hold. Nothing proves that the other "
    "controller knows; tell it another way.",
    "undelivered": "The package is still on its way. They are told as soon as it is known that it arrived.",
    "nothing_held": "They did not take the package in, so there is nothing there to tell of.",
    "unknown_transfer": "The other instance does not know this transfer. It was forgotten there, or this instance "
    "was removed from its peers; ask its operator, and tell them another way.",
    "run_out": "The other instance was away until the package had run out. Nothing arrived there; send it anew.",
    "peer_removed": "The other instance was removed from the peers here. Nothing more is sent.",
    "package_gone": "The package was taken back before it had arrived. Nothing more is sent.",
    "withdrawn": "It was taken back before it was decided there.",
    "not_understood": "The other instance answered with something this program does not know. It may be "
    "of another version.",
}
"""Why a transfer waits or has ended, by code: sentences for people."""

GIVEN_UP = "The other instance has not answered for 60 days."
"""In place of what is said while it is tried again."""


def say_trouble(trouble: str, *, given_up: bool = False) -> str:
    """Why a notice waits, or was given up and what is to be done then."""
    if not given_up:
        return TROUBLES[trouble]
    why = GIVEN_UP if trouble in ("away", "later") else TROUBLES[trouble]
    return f"{why} It is not tried again by itself: have it tried now, or tell them another way and keep the proof."


GROUNDS = {
    "": "",
    "unwanted": "decided by a person there",
    "not_fitting": "it does not fit what is known there",
    "erased": "its person was erased there, or is not to be taken in again",
    "run_out": "nobody decided in time",
    "withdrawn": "the sender took it back",
    "unsound": "it was not what was offered",
}
"""Why a package was not taken in, by code."""
