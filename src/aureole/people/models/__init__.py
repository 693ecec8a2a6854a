from aureole.people.models.correction import Correction
from aureole.people.models.identifier import Identifier, IdentifierKind, IdentifierOrigin
from aureole.people.models.merge import MergedPerson, MergeUndo
from aureole.people.models.organisation import Organisation, Site
from aureole.people.models.person import Childhood, Person, PersonSource, PersonStatus
from aureole.people.models.twin import STRONG, Twin, TwinSign

__all__ = [
    "STRONG",
    "Childhood",
    "Correction",
    "Identifier",
    "IdentifierKind",
    "IdentifierOrigin",
    "MergeUndo",
    "MergedPerson",
    "Organisation",
    "Person",
    "PersonSource",
    "PersonStatus",
    "Site",
    "Twin",
    "TwinSign",
]
