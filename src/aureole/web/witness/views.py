from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from aureole.ledger.checkpoints import log_key
from aureole.ledger.giving_away import VERIFIER_NAME, verifier_source
from aureole.ledger.witnesses.vouching import add_checkpoint, witness_key
from aureole.web.actor import open_to_all
from aureole.web.downloads import as_download

_LARGEST = 32 * 1024


@csrf_exempt
@require_POST
@open_to_all
def add(request: HttpRequest) -> HttpResponse:
    """Open to all: what is believed is the log's own signature, and only of logs the operator let in."""
    body = request.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        return HttpResponse("Too long.\n", status=413, content_type="text/plain; charset=utf-8")
    answer = add_checkpoint(body.decode("utf-8", "replace"))
    kind = "text/x.tlog.size" if answer.status == 409 else "text/plain; charset=utf-8"
    return HttpResponse(answer.text, status=answer.status, content_type=kind)


@require_GET
@open_to_all
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys of this instance's log and witness, one a line."""
    return HttpResponse(f"{log_key()}\n{witness_key()}\n", content_type="text/plain; charset=utf-8")


@require_GET
@open_to_all
def give_verifier(request: HttpRequest) -> HttpResponse:
    """The one file that checks what this instance signs, offline. Whoever distrusts us reads it."""
    return as_download(verifier_source(), VERIFIER_NAME, kind="text/x-python; charset=utf-8")
