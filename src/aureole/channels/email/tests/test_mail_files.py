from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from aureole.channels.email.mail_files import count_files, mails_in
from aureole.kernel.errors import Refused

_ONE = b"From: a@x.org\n\nOne\n"
_MBOX = (
    b"From a@x.org Mon Jan  5 10:00:00 2026\nFrom: a@x.org\n\nOne\n>From here on\nFrom me to you\n\n"
    b"From b@x.org Mon Jan  5 11:00:00 2026\nFrom: b@x.org\n\nTwo\n"
)


def _raws(*paths: Path | str) -> list[tuple[str, bytes]]:
    return [(Path(found.path).name, found.raw) for found in mails_in([str(p) for p in paths])]


def test_a_folder_is_searched_for_mails_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.EML").write_bytes(_ONE)
    (tmp_path / "a.eml").write_bytes(_ONE)
    (tmp_path / "LICENSE").write_text("From the authors: free\n")
    (tmp_path / "box").write_bytes(_MBOX)
    assert [name for name, _ in _raws(tmp_path)] == ["a.eml", "box#1", "box#2", "b.EML"]
    assert count_files([str(tmp_path)]) == 3


def test_an_mbox_is_split_where_a_from_line_follows_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "x.mbox").write_bytes(_MBOX)
    assert [raw for _, raw in _raws(tmp_path / "x.mbox")] == [
        b"From: a@x.org\n\nOne\nFrom here on\nFrom me to you\n",
        b"From: b@x.org\n\nTwo\n",
    ]


def test_a_maildir_is_read(tmp_path: Path) -> None:
    (tmp_path / "cur").mkdir()
    (tmp_path / "cur" / "1700000000.M1.host:2,S").write_bytes(_ONE)
    assert [raw for _, raw in _raws(tmp_path)] == [_ONE]


def test_a_single_mail_that_begins_with_a_from_line_stays_one(tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(_MBOX)
    assert [raw for _, raw in _raws(tmp_path / "x.eml")] == [_MBOX]


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(_ONE)))
    assert _raws("-") == [("-", _ONE)]


def test_a_path_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nowhere"):
        _raws(tmp_path / "nowhere")
