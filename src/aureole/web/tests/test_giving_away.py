from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from aureole.ledger import verifier


@pytest.mark.django_db
def test_anybody_can_fetch_the_one_file_that_checks_what_is_signed_here(client: Client) -> None:
    answer = client.get("/ledger/verifier.py")
    assert answer.status_code == 200
    assert answer.content.decode() == Path(verifier.__file__).read_text("utf-8")
    assert 'filename="verifier.py"' in answer["Content-Disposition"]
