"""Downloads by ranges, and what a client sees of a file that turns out damaged on the way."""

from __future__ import annotations

import os
from typing import Any

import pytest

from aureole.testing.personas import Personas
from aureole.vault.chunks import CHUNK
from aureole.vault.errors import CannotOpen
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys
from aureole.vault.store import file_store
from aureole.web.staff.desk.tests.test_files import PNG, attach
from aureole.web.tests.browsers import SignIn

CONTENT = os.urandom(3 * CHUNK + 500)
SIZE = len(CONTENT)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        (f"bytes={CHUNK - 5}-{CHUNK + 4}", CHUNK - 5, CHUNK + 5),
        ("bytes=70000-", 70000, SIZE),
        ("bytes=-500", SIZE - 500, SIZE),
        (f"bytes=-{SIZE + 99}", 0, SIZE),
        (f"bytes=5-{SIZE + 99}", 5, SIZE),
    ],
)
def test_a_range_is_answered_by_itself(
    personas: Personas, sign_in: SignIn, asked: str, start: int, end: int
) -> None:
    attachment = attach(personas, "film.bin", CONTENT)
    answer = sign_in().get(f"/attachments/{attachment.pk}/", headers={"Range": asked})
    assert answer.status_code == 206 and body(answer) == CONTENT[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["Content-Length"] == str(end - start)
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "asked", ["", "bytes=5-4", "bytes=a-b", "bytes=0-1,5-6", "lines=0-5", "bytes=-", "0-5"]
)
def test_what_is_no_single_range_is_answered_by_the_whole(
    personas: Personas, sign_in: SignIn, asked: str
) -> None:
    attachment = attach(personas, "film.bin", CONTENT)
    answer = sign_in().get(f"/attachments/{attachment.pk}/", headers={"Range": asked})
    assert answer.status_code == 200 and body(answer) == CONTENT
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_a_range_behind_the_end_is_refused_with_the_size(
    personas: Personas, sign_in: SignIn, asked: str
) -> None:
    attachment = attach(personas, "film.bin", CONTENT)
    answer = sign_in().get(f"/attachments/{attachment.pk}/", headers={"Range": asked})
    assert answer.status_code == 416 and answer.headers["Content-Range"] == f"bytes */{SIZE}"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_range_of_another_version_of_the_file_is_answered_by_the_whole(
    personas: Personas, sign_in: SignIn
) -> None:
    client, path = sign_in(), f"/attachments/{attach(personas, 'film.bin', CONTENT).pk}/"
    tag = client.get(path).headers["ETag"]
    same = client.get(path, headers={"Range": "bytes=0-9", "If-Range": tag})
    other = client.get(path, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_a_picture_is_shown_in_part_too(personas: Personas, sign_in: SignIn) -> None:
    picture = PNG + CONTENT
    path = f"/attachments/{attach(personas, 'a.png', picture).pk}/preview"
    answer = sign_in().get(path, headers={"Range": "bytes=100000-100009"})
    assert answer.status_code == 206 and body(answer) == picture[100000:100010]
    assert answer.headers["Content-Type"] == "image/png"


def damage(stored_as: str | None, at: int) -> None:
    store, name = file_store(), stored_as or ""
    with store.open(name) as file:
        before = bytearray(file.read())
    before[at] ^= 1
    store.write(name, [bytes(before)])


def test_a_file_damaged_at_its_beginning_is_an_error_page(personas: Personas, sign_in: SignIn) -> None:
    attachment = attach(personas, "film.bin", CONTENT)
    damage(attachment.file.stored_as, 100)
    client, path = sign_in(), f"/attachments/{attachment.pk}/"
    for headers in ({}, {"Range": "bytes=0-9"}):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 500 and b"does not open" in answer.content


def test_an_answer_of_a_file_damaged_later_breaks_off_short(personas: Personas, sign_in: SignIn) -> None:
    attachment = attach(personas, "film.bin", CONTENT)
    damage(attachment.file.stored_as, -1)
    answer: Any = sign_in().get(f"/attachments/{attachment.pk}/")
    assert answer.status_code == 200 and answer.headers["Content-Length"] == str(SIZE)
    got: list[bytes] = []
    with pytest.raises(CannotOpen):
        got += answer.streaming_content
    sent = b"".join(got)
    assert len(sent) < SIZE and CONTENT.startswith(sent)


def test_a_file_whose_key_is_destroyed_is_not_found(personas: Personas, sign_in: SignIn) -> None:
    attachment = attach(personas, "film.bin", CONTENT)
    client = sign_in()
    erase_keys(attachment.person_id, [KeyGroup.CORRESPONDENCE])
    for path in ("", "preview"):
        assert client.get(f"/attachments/{attachment.pk}/{path}").status_code == 404
