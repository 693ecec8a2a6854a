from aureole.people.models.identifier import Identifier, IdentifierKind
from aureole.people.models.organisation import Organisation, Site
from aureole.people.models.person import Person, PersonSource, PersonStatus

__all__ = ["Identifier", "IdentifierKind", "Organisation", "Person", "PersonSource", "PersonStatus", "Site"]
