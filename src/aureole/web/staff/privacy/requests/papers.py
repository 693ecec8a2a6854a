"""What an officer takes away from a request: its evidence in one file, the letter of a refusal or an extension."""

from __future__ import annotations

import io

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.evidence import write_evidence
from aureole.privacy.rights.printed import letter_pdf
from aureole.privacy.rights.queue import request_named
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.downloads import as_download


@require_GET
def download_evidence(request: HttpRequest, number: int) -> HttpResponseBase:
    """Names nobody, and is small: entries, proofs, counts, the verifier. Made anew each time, which the log says."""
    actor = actor_of(request)
    require(actor, "rights.handle")
    found, stream = request_named(str(number)), io.BytesIO()
    write_evidence(found.id, stream, by=actor)
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=f"evidence-{number}.zip")


@require_GET
def download_letter(request: HttpRequest, number: int) -> HttpResponseBase:
    """On paper, in the person's language (GDPR Art. 12(3) and (4))."""
    require(actor_of(request), "rights.handle")
    content = letter_pdf(request_named(str(number)).id)
    return as_download(content, f"letter-{number}.pdf", kind="application/pdf")


def papers_context(found: RightsRequest, *, may_handle: bool) -> dict[str, bool]:
    has_letter = found.refusal != "not_the_person" and bool(found.refusal or found.extended_at)
    return {
        "with_evidence": may_handle,
        "with_letter": may_handle and has_letter and found.person_id is not None,
    }
