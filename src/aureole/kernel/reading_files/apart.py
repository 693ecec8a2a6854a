"""Reading a file in a process apart: whatever it does to the reader, nothing here stops or fills up."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time

from aureole.kernel.reading_files.kinds import MOST_BYTES, FileWords, Unread, kind_of
from aureole.kernel.reading_files.words import words_in

PATIENCE = 15.0  # seconds for one file
_CHILD = "aureole.kernel.reading_files.child"


def read_words(content_type: str, content: bytes) -> FileWords:
    """The words of a file, as far as they can be read. Never raises; what could not be read is said."""
    if len(content) > MOST_BYTES:
        return FileWords(unread=Unread.LARGE)
    if kind_of(content_type, content) in ("text", "picture", "unknown"):
        return words_in(content_type, content)
    return _reader.read(content_type, content)


class _Reader:
    """One child for this process, begun when it is needed and begun anew when a file was its end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def read(self, content_type: str, content: bytes) -> FileWords:
        with self._lock:
            for _ in range(2):  # the first may have ended by itself since the last file
                try:
                    return self._ask(content_type, content)
                except (OSError, ValueError):
                    self._end()
            return FileWords(unread=Unread.BROKEN)

    def _ask(self, content_type: str, content: bytes) -> FileWords:
        child = self._running()
        assert child.stdin is not None, "a pipe"
        assert child.stdout is not None, "a pipe"
        child.stdin.write(json.dumps({"type": content_type, "size": len(content)}).encode() + b"\n" + content)
        child.stdin.flush()
        line = _line_from(child.stdout.fileno())
        if line is None:
            self._end()
            return FileWords(unread=Unread.SLOW)
        said = json.loads(line)
        return FileWords(said["text"], said["unread"])

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._owner != os.getpid() or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-m", _CHILD],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            )  # fmt: skip
            self._owner = os.getpid()
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None and self._owner == os.getpid():
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):  # what was still to be written to it is of no use
                        pipe.close()


def _line_from(pipe: int) -> bytes | None:
    """None when it does not come in time. Raises OSError when the other side is gone."""
    until, line = time.monotonic() + PATIENCE, b""
    while not line.endswith(b"\n"):
        if not select.select([pipe], [], [], max(until - time.monotonic(), 0))[0]:
            return None
        piece = os.read(pipe, 1 << 16)
        if not piece:
            raise BrokenPipeError
        line += piece
    return line


_reader = _Reader()
