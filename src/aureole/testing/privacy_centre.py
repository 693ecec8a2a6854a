"""What a person does in the privacy centre, as a browser without script would."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from aureole.privacy.models import RightsRequest
from aureole.testing.jobs import run_waiting_jobs


def ask(client: Client, kind: str, address: str, **fields: str) -> RightsRequest:
    """Fill in the form of a right; the worker has recognised it when this returns."""
    answer = client.post(f"/portal/privacy/ask/{kind}/", {"address": address, "words": "", **fields})
    assert answer.status_code == 302, answer.content.decode()
    made = RightsRequest.objects.get(pk=urlsplit(answer["Location"]).path.split("/")[-2])
    run_waiting_jobs("privacy.recognise_request")
    made.refresh_from_db()
    return made


def page(made: RightsRequest) -> str:
    return f"/portal/privacy/requests/{made.pk}/"


def give_code(client: Client, made: RightsRequest, code: str) -> Any:
    return client.post(f"{page(made)}open/", {"code": code}, follow=True)


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    return str(answer.content.decode())
