"""The process that reads files: has no settings, no database and little memory, and ends when nobody asks.

One line of JSON {"type", "size"} and so many bytes come in; one line {"text", "unread"} goes out.
"""

from __future__ import annotations

import json
import select
import sys
from typing import BinaryIO

from aureole.kernel.reading_files.kinds import FileWords, Unread
from aureole.kernel.reading_files.words import words_in

_MEMORY = 1024 * 1024 * 1024
_PATIENCE = 60.0  # seconds


def _limit() -> None:
    from aureole.kernel.reading_files import pdf  # noqa: F401  now: under the limits nothing compiled could be kept

    try:
        import resource
    except ImportError:  # no such limits on this system; time is still bounded by whoever asks
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(content_type: str, content: bytes) -> FileWords:
    try:
        return words_in(content_type, content)
    except MemoryError:
        return FileWords(unread=Unread.LARGE)
    except Exception:  # noqa: BLE001  a library may raise anything on a file made to break it
        return FileWords(unread=Unread.BROKEN)


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    while True:
        if not select.select([questions], [], [], _PATIENCE)[0]:
            return
        head = questions.readline()
        if not head:
            return
        asked = json.loads(head)
        content = questions.read(asked["size"])
        words = _read(asked["type"], content)
        answers.write(json.dumps({"text": words.text, "unread": words.unread}).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    _limit()
    serve(sys.stdin.buffer, sys.stdout.buffer)
