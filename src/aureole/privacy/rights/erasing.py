"""A request outlives its person, because we must show that it was answered; what it says of them does not."""

from __future__ import annotations

from aureole.privacy import ports
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.models import ChannelProof, RequestLetter, RequestStep, RightsRequest
from aureole.privacy.ports import Count


class Requests:
    """Words, contact and reasons go; number, kind, dates and outcome stay and name nobody."""

    name = "privacy.requests"

    def count(self, subject: Subject) -> list[Count]:
        person_id = subject.person_id
        requests = RightsRequest.objects.filter(person_id=person_id)
        about = {"request__person_id": person_id}
        return [
            Count(
                place="privacy_request", count=requests.count(), label="Requests", how="emptied of words",
                bookkeeping=True,
            ),
            Count(
                place="privacy_request_step", count=RequestStep.objects.filter(**about).count(),
                label="Steps of requests", how="emptied of words", bookkeeping=True,
            ),
            Count(
                place="privacy_request_letter", count=RequestLetter.objects.filter(**about).count(),
                label="Letters about requests", how="deleted", bookkeeping=True,
            ),
            Count(
                place="privacy_channel_proof", count=ChannelProof.objects.filter(**about).count(),
                label="Proofs of an address", how="deleted", bookkeeping=True,
            ),
        ]  # fmt: skip

    def run(self, subject: Subject) -> list[Count]:
        found = self.count(subject)
        ids = list(RightsRequest.objects.filter(person_id=subject.person_id).values_list("pk", flat=True))
        RequestLetter.objects.filter(request__in=ids).delete()
        ChannelProof.objects.filter(request__in=ids).delete()
        RequestStep.objects.filter(request__in=ids).update(subject_id=None, reason=None)
        RightsRequest.objects.filter(pk__in=ids).update(
            person_id=None, subject_id=None, words=None, contact=None, correction=None
        )
        return found


def register() -> None:
    ports.add_erasure_step(Requests())
