"""What a person is told, in their language, at every address they used themselves; never at one that proves nothing.

One file for each letter; `wording`, `links`, `about_request` and `outbox` are what they share. This is the door: others
import from here.
"""

from __future__ import annotations

from aureole.privacy.rights.letters.about_request import composed
from aureole.privacy.rights.letters.breach import tell_breach
from aureole.privacy.rights.letters.code import send_code
from aureole.privacy.rights.letters.done import notify_done
from aureole.privacy.rights.letters.extension import notify_extension
from aureole.privacy.rights.letters.lifting import announce_lifting, compose_lifting, liftings_announced
from aureole.privacy.rights.letters.links import (
    not_me_link,
    receipt_link,
    request_disowned_by,
    request_of_receipt,
)
from aureole.privacy.rights.letters.moved import notify_directed, tell_moved
from aureole.privacy.rights.letters.moved_here import tell_where_from
from aureole.privacy.rights.letters.outbox import own_addresses, write_everywhere
from aureole.privacy.rights.letters.receipt import notify_receipt
from aureole.privacy.rights.letters.refusal import ground_of, notify_refusal
from aureole.privacy.rights.letters.reminder import write_to_officer
from aureole.privacy.rights.letters.stopped import notify_stopped, notify_taken_back
from aureole.privacy.rights.letters.unproven import notify_unproven
from aureole.privacy.rights.letters.waiting import notify_waiting
from aureole.privacy.rights.letters.wording import LANGUAGES, ending_of, words

__all__ = [
    "LANGUAGES",
    "announce_lifting",
    "compose_lifting",
    "composed",
    "ending_of",
    "ground_of",
    "liftings_announced",
    "not_me_link",
    "notify_directed",
    "notify_done",
    "notify_extension",
    "notify_receipt",
    "notify_refusal",
    "notify_stopped",
    "notify_taken_back",
    "notify_unproven",
    "notify_waiting",
    "own_addresses",
    "receipt_link",
    "request_disowned_by",
    "request_of_receipt",
    "send_code",
    "tell_breach",
    "tell_moved",
    "tell_where_from",
    "words",
    "write_everywhere",
    "write_to_officer",
]
