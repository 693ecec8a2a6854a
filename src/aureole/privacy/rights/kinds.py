"""What each right needs on its way: the one table that intake, desk, letters and tests read."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from aureole.privacy.models import RequestKind, RequestState, RightsRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """A right of the GDPR as this desk handles it.

    article       where it stands
    words         what the person asks, as a verb in plain words
    identity      whether control of an address on file must be proven before anything is done
    releases      hands data out or destroys it, so a second person releases it where the policy says so
    plans         what is going to happen is counted and frozen before somebody approves it
    cools_off     the person may take it back for some days before it is carried out
    """

    kind: RequestKind
    article: str
    words: str
    identity: bool = True
    releases: bool = False
    plans: bool = False
    cools_off: bool = False

    @property
    def second_person(self) -> bool:
        return self.releases and settings.AUREOLE_SECOND_PERSON

    @property
    def steps_up(self) -> bool:
        """Whether a code alone is too little to believe who asks: what it leads to cannot be taken back."""
        return self.releases and settings.AUREOLE_STEP_UP

    @property
    def cooling_off_days(self) -> int:
        return int(settings.AUREOLE_COOLING_OFF_DAYS) if self.cools_off else 0

    @property
    def entry_states(self) -> tuple[str, ...]:
        return (RequestState.RECEIVED, RequestState.IDENTITY)


RIGHTS: dict[str, Right] = {
    right.kind: right
    for right in (
        Right(kind=RequestKind.ACCESS, article="GDPR Art. 15", words="see my data", releases=True),
        Right(kind=RequestKind.RECTIFICATION, article="GDPR Art. 16", words="correct my data"),
        Right(
            kind=RequestKind.ERASURE,
            article="GDPR Art. 17",
            words="delete my data",
            releases=True,
            plans=True,
            cools_off=True,
        ),
        Right(kind=RequestKind.RESTRICTION, article="GDPR Art. 18", words="freeze my data"),
        Right(
            kind=RequestKind.PORTABILITY, article="GDPR Art. 20", words="take my data with me", releases=True
        ),
        Right(kind=RequestKind.OBJECTION, article="GDPR Art. 21", words="object to a use of my data"),
        Right(kind=RequestKind.WITHDRAWAL, article="GDPR Art. 7(3)", words="withdraw my consent"),
        Right(kind=RequestKind.REVIEW, article="GDPR Art. 22(3)", words="have a person look at a decision"),
    )
}


def days_to_take_back(request: RightsRequest) -> int:
    """Days in which whoever asked may change their mind; none where nobody asked."""
    return 0 if request.is_own_decision else RIGHTS[request.kind].cooling_off_days


REFUSALS: dict[str, str] = {
    "not_the_person": "GDPR Art. 12(2): we could not establish that the request comes from the person concerned",
    "unfounded": "GDPR Art. 12(5)(b): the request is manifestly unfounded",
    "excessive": "GDPR Art. 12(5)(b): the request is excessive, in particular because it is repetitive",
    "nothing_held": "we hold no personal data about the person",
    "legal_duty": "GDPR Art. 17(3)(b): a law obliges us to keep the data",
    "legal_claims": "GDPR Art. 17(3)(e): the data is needed for legal claims",
    "expression": "GDPR Art. 17(3)(a): freedom of expression and information",
    "others_rights": "GDPR Art. 15(4): it would adversely affect the rights of others",
    "not_applicable": "the right does not apply to this processing",
}
