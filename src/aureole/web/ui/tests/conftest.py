"""These tests need no database and no other module: only our own pages, with only our own settings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpRequest
from django.test import RequestFactory, override_settings
from django.utils import translation

from aureole.web.ui.places import TEMPLATES

ALONE = override_settings(
    ROOT_URLCONF="aureole.web.ui.tests.urls",
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [TEMPLATES, TEMPLATES / "ui" / "templates"],
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
)


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    with ALONE, translation.override("en"):
        yield


@pytest.fixture
def request_to_page(rf: RequestFactory) -> HttpRequest:
    return rf.get("/ui")
