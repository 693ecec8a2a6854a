from aureole.people.models.correction import Correction
from aureole.people.models.identifier import Identifier, IdentifierKind, IdentifierOrigin
from aureole.people.models.organisation import Organisation, Site
from aureole.people.models.person import Childhood, Person, PersonSource, PersonStatus

__all__ = [
    "Childhood",
    "Correction",
    "Identifier",
    "IdentifierKind",
    "IdentifierOrigin",
    "Organisation",
    "Person",
    "PersonSource",
    "PersonStatus",
    "Site",
]
