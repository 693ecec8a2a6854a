"""Words of the log for each move of a request; no model is imported, because the log's types come first."""

from __future__ import annotations

KINDS = (
    "access", "rectification", "erasure", "restriction", "portability", "objection", "withdrawal", "review",
)  # fmt: skip
MOVE_WORDS: dict[str, str] = {
    "received": "took in a request",
    "decided": "proposed an erasure by own decision",
    "identity_asked": "asked for proof of identity",
    "channel_proven": "proved control of an address on file, which is not enough for this request",
    "identity_proven": "proved control of an address on file",
    "identity_vouched": "established identity another way",
    "person_matched": "found out whose request it is",
    "assigned": "took a request on",
    "paused": "stopped the clock of a request",
    "resumed": "let the clock of a request go on",
    "extended": "extended the time of a request",
    "reminded": "was reminded of a request",
    "prepared": "prepared the answer to a request",
    "held": "found that a legal hold stands in the way",
    "sent_back": "sent a prepared answer back",
    "plan_changed": "found that things had changed since the release",
    "approved": "released the answer to a request",
    "approved_to_wait": "released an erasure, to be carried out after some days",
    "begun": "began to carry a request out",
    "completed": "completed a request",
    "overtaken": "found that the person is being erased, which answers the request",
    "emptied": "closed a request because nothing of the person is held any more",
    "refused": "refused a request with reasons",
    "taken_back": "took a request back",
    "disowned": "said that a request was not theirs",
    "closed_unproven": "closed a request whose identity was never proven",
    "joined": "found that an open request asks the same",
    "fetched": "fetched the answer to a request",
    "directed": "noted that the answer goes straight to another controller",
    "undirected": "noted that the answer goes to the person only",
    "sent_on": "began to send the answer straight to another controller",
    "delivered_there": "had the answer delivered to another controller",
    "taken_in_there": "learned that another controller took the person in",
    "refused_there": "learned that another controller did not take the person in",
    "not_delivered": "could not deliver the answer to another controller",
}
