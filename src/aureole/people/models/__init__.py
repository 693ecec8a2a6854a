from aureole.people.models.identifier import Identifier, IdentifierKind, IdentifierOrigin
from aureole.people.models.organisation import Organisation, Site
from aureole.people.models.person import Person, PersonSource, PersonStatus

__all__ = [
    "Identifier",
    "IdentifierKind",
    "IdentifierOrigin",
    "Organisation",
    "Person",
    "PersonSource",
    "PersonStatus",
    "Site",
]
