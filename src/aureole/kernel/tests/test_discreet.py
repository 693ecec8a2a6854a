from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.test import Client

from aureole.kernel.discreet import DiscreetFormatter
from aureole.web.actor import open_to_all

WORDS = "what a person wrote"


@contextmanager
def _log() -> Iterator[io.StringIO]:
    """What the configured handler writes, instead of where it writes to."""
    handler = next(h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler)
    written, before = io.StringIO(), handler.stream
    handler.setStream(written)
    try:
        yield written
    finally:
        handler.setStream(before)


def test_a_logged_exception_tells_where_and_not_what() -> None:
    with _log() as written:
        try:
            try:
                int(WORDS)
            except ValueError as trouble:
                raise KeyError(WORDS) from trouble
        except KeyError:
            logging.getLogger("aureole.test").exception("it failed")
    said = written.getvalue()
    assert WORDS not in said
    assert "ERROR aureole.test it failed" in said
    assert "builtins.ValueError\nwhich led to\n" in said
    assert said.rstrip().endswith("builtins.KeyError")
    assert "test_discreet.py" in said


def test_a_page_that_breaks_on_a_persons_words_does_not_log_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from config import urls

    @open_to_all
    def stumble(request: object) -> None:
        raise ValueError(f"cannot read {WORDS}")

    monkeypatch.setattr(urls.urlpatterns[0], "callback", stumble)
    with _log() as written:
        answer = Client(raise_request_exception=False).get("/livez")
    assert answer.status_code == 500
    assert WORDS not in answer.content.decode()
    assert "builtins.ValueError" in written.getvalue()
    assert WORDS not in written.getvalue()


@pytest.mark.django_db
def test_what_is_typed_into_an_address_is_not_logged() -> None:
    with _log() as written:
        assert Client().get("/no/such/zyxela@canary.example").status_code == 404
        Client(enforce_csrf_checks=True).post("/sign-in/", {"address": "zyxela@canary.example"})
    assert "Not Found: an address that leads nowhere" in written.getvalue()
    assert "/sign-in/" in written.getvalue()
    assert "zyxela" not in written.getvalue()


def test_the_settings_choose_it() -> None:
    assert not settings.DEBUG
    assert settings.LOGGING["formatters"]["line"]["()"].endswith(DiscreetFormatter.__name__)
