from aureole.privacy.models.answer_hit import AnswerHit, AnswerReading, Decision, HitStanding
from aureole.privacy.models.breach import (
    Breach,
    BreachPerson,
    BreachRisk,
    BreachRole,
    BreachScope,
    BreachStep,
    BreachTelling,
)
from aureole.privacy.models.consent import Consent, ConsentChannel, ConsentEnd, ConsentProof, Objection
from aureole.privacy.models.consultation import Consultation, ConsultationEnd, ConsultationWait
from aureole.privacy.models.disclosure import Disclosure, Hearing, Unnamed
from aureole.privacy.models.erasure import Erasure, ErasureState, Way
from aureole.privacy.models.export_package import ExportPackage
from aureole.privacy.models.hold import Hold, HoldGround
from aureole.privacy.models.informing import EXEMPT, OTHERWISE, DisclosedTo, Informing, ObtainedFrom, Settled
from aureole.privacy.models.map_snapshot import MapSnapshot
from aureole.privacy.models.notice import ArrivedNotice, NoticeEvent, NoticeOutcome, SentNotice
from aureole.privacy.models.request import (
    CORRECTABLE,
    OPEN_STATES,
    OWN_DECISION,
    ChannelProof,
    LetterState,
    RequestKind,
    RequestLetter,
    RequestPause,
    RequestState,
    RequestStep,
    RightsRequest,
)
from aureole.privacy.models.retention import RetentionRule, RetentionRun, RunState
from aureole.privacy.models.transfer import (
    ArrivedPiece,
    ArrivedState,
    ArrivedTransfer,
    Peer,
    SentState,
    SentTransfer,
)

__all__ = [
    "CORRECTABLE",
    "EXEMPT",
    "OPEN_STATES",
    "OTHERWISE",
    "OWN_DECISION",
    "AnswerHit",
    "AnswerReading",
    "ArrivedNotice",
    "ArrivedPiece",
    "ArrivedState",
    "ArrivedTransfer",
    "Breach",
    "BreachPerson",
    "BreachRisk",
    "BreachRole",
    "BreachScope",
    "BreachStep",
    "BreachTelling",
    "ChannelProof",
    "Consent",
    "ConsentChannel",
    "ConsentEnd",
    "ConsentProof",
    "Consultation",
    "ConsultationEnd",
    "ConsultationWait",
    "Decision",
    "DisclosedTo",
    "Disclosure",
    "Erasure",
    "ErasureState",
    "ExportPackage",
    "Hearing",
    "HitStanding",
    "Hold",
    "HoldGround",
    "Informing",
    "LetterState",
    "MapSnapshot",
    "NoticeEvent",
    "NoticeOutcome",
    "Objection",
    "ObtainedFrom",
    "Peer",
    "RequestKind",
    "RequestLetter",
    "RequestPause",
    "RequestState",
    "RequestStep",
    "RetentionRule",
    "RetentionRun",
    "RightsRequest",
    "RunState",
    "SentNotice",
    "SentState",
    "SentTransfer",
    "Settled",
    "Unnamed",
    "Way",
]
