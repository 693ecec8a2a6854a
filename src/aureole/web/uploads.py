"""Uploads stay in memory until they are sealed: a temporary file would hold them in plain, and outlive a crash."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

MAX_REQUEST = 64 * 1024 * 1024


class SealedSoonUploadHandler(MemoryFileUploadHandler):
    """Takes every file of a request of up to 64 MiB; a larger request is refused whole (400)."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if content_length > MAX_REQUEST:
            raise RequestDataTooBig("uploads of one request are limited")
        self.activated = True
