from aureole.channels.email.models.inbound_mail import InboundMail, InboundState, QuarantineReason
from aureole.channels.email.models.message_identity import MessageIdentity
from aureole.channels.email.models.outbound_mail import FailureReason, OutboundMail, OutboundState

__all__ = [
    "FailureReason",
    "InboundMail",
    "InboundState",
    "MessageIdentity",
    "OutboundMail",
    "OutboundState",
    "QuarantineReason",
]
