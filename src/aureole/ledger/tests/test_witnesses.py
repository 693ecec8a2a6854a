"""Outsiders that keep checkpoints: a folder, a letter, another instance over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from aureole.channels.email import transport
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger import verifier
from aureole.ledger.audit import audit
from aureole.ledger.checkpoints import bring_up_to_date, latest_checkpoint, log_key
from aureole.ledger.models import Cosignature, Entry, WitnessedLog
from aureole.ledger.notes import sign_checkpoint
from aureole.ledger.proofs import prove_entry, prove_growth
from aureole.ledger.record import record
from aureole.ledger.verifier import Checkpoint, read_checkpoint, read_note
from aureole.ledger.witnesses.showing import (
    months_shown,
    refusing_witnesses,
    show_to_witnesses,
    silent_witnesses,
)
from aureole.ledger.witnesses.vouching import add_checkpoint, vouch_for, witness_key

MARCH = datetime(2026, 3, 9, 10, tzinfo=UTC)


def _grow(count: int, at: datetime = MARCH) -> Any:
    with clock.at(at), transaction.atomic():
        entries = [record("privacy.explained", by=Actor.operator()) for _ in range(count)]
    with clock.at(at):
        bring_up_to_date()
    return entries[-1]


def _request(old: int, note: str, proof: list[bytes]) -> str:
    import base64

    lines = [f"old {old}", *(base64.b64encode(step).decode() for step in proof)]
    return "\n".join(lines) + "\n\n" + note


def test_a_folder_keeps_the_latest_and_never_goes_back(db: None, settings: Any, tmp_path: Path) -> None:
    settings.AUREOLE_LEDGER_WITNESSES = (tmp_path.as_uri(),)
    _grow(3)
    assert show_to_witnesses() == []
    kept = (tmp_path / "2026-03" / "latest.checkpoint").read_text()
    hashes = tmp_path / "2026-03" / "2026-03.hashes"
    assert audit(held_against=[kept], hashes=[hashes.read_bytes()]).ok
    assert months_shown() == {"2026-03": 3}
    hashes.write_bytes(hashes.read_bytes() + b"a broken write")
    _grow(2)
    assert show_to_witnesses() == []
    newest = [(tmp_path / "2026-03" / "latest.checkpoint").read_text()]
    assert audit(held_against=newest, hashes=[hashes.read_bytes()]).ok
    assert hashes.stat().st_size == 5 * 32, "what a broken write left is gone"
    newer = kept.replace("\n3\n", "\n9\n")
    (tmp_path / "2026-03" / "latest.checkpoint").write_text(newer)
    _grow(1)
    assert "more than there are" in show_to_witnesses()[0]
    assert (tmp_path / "2026-03" / "latest.checkpoint").read_text() == newer


def test_a_folder_that_is_away_is_asked_again(db: None, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "away").write_text("a file where the folder should be")
    settings.AUREOLE_LEDGER_WITNESSES = ((tmp_path / "away").as_uri(),)
    _grow(2)
    assert show_to_witnesses() == []
    assert months_shown() == {"2026-03": 0}
    (tmp_path / "away").unlink()
    show_to_witnesses()
    assert months_shown() == {"2026-03": 2}


def test_a_folder_does_not_take_a_log_that_was_written_anew(db: None, settings: Any, tmp_path: Path) -> None:
    two = (tmp_path / "one", tmp_path / "two")
    settings.AUREOLE_LEDGER_WITNESSES = tuple(folder.as_uri() for folder in two)
    _grow(3)
    assert show_to_witnesses() == []
    latest = [folder / "2026-03" / "latest.checkpoint" for folder in two]
    kept = latest[0].read_text()
    assert latest[1].read_text() == kept, "a second folder is a witness of its own"
    other = Checkpoint(origin=read_checkpoint(read_note(kept)).origin, size=3, root=bytes(32))
    latest[0].write_text(sign_checkpoint(other, log_key().partition("+")[0]))
    for _ in range(2):
        _grow(2)
        assert "does not begin with the 3 entries" in show_to_witnesses()[0]
    assert [(r.witness, r.ground, r.size) for r in refusing_witnesses()] == [("folder", "other_log", 5)]
    assert Entry.objects.filter(type="ledger.witness_refused").count() == 1, "said once, not every minute"
    latest[0].write_text(kept)
    assert show_to_witnesses() == [] == refusing_witnesses()


def test_the_officer_gets_one_letter_a_day_that_can_be_verified_against(db: None, settings: Any) -> None:
    settings.AUREOLE_LEDGER_WITNESSES = ("mailto:dpo@controller.example",)
    carrier = transport.FakeTransport()
    transport.use(carrier)
    try:
        for hours in range(0, 60, 6):  # a log that never rests
            with clock.at(MARCH + timedelta(hours=hours)):
                _grow(2, MARCH + timedelta(hours=hours))
                show_to_witnesses()
                assert silent_witnesses() == []
    finally:
        transport.use(None)
    assert len(carrier.sent) == 3
    assert months_shown() == {"2026-03": 18}, "what was in no letter was seen by nobody"
    _, recipient, content = carrier.sent[0]
    letter = message_from_bytes(content, policy=default)
    text = letter.get_content()  # type: ignore[attr-defined]
    assert recipient == "dpo@controller.example"
    note = text[text.index("localhost") :]
    assert audit(held_against=[note.replace("\r\n", "\n")]).ok


def test_a_witness_that_is_away_is_told_of_although_the_log_goes_on(
    db: None, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "away").write_text("a file where the folder should be")
    settings.AUREOLE_LEDGER_WITNESSES = ((tmp_path / "away").as_uri(),)
    for minutes in (0, 30, 65):
        with clock.at(MARCH + timedelta(minutes=minutes)):
            _grow(1, MARCH + timedelta(minutes=minutes))
            show_to_witnesses()
            assert silent_witnesses() == (["folder"] if minutes == 65 else [])


def test_another_instance_signs_only_what_grew(
    transactional_db: None, live_server: Any, settings: Any
) -> None:
    settings.AUREOLE_LEDGER_WITNESSES = (f"{live_server.url}#{witness_key()}",)
    _grow(5)
    assert "does not know this log" in show_to_witnesses()[0]
    vouch_for(log_key())
    assert show_to_witnesses() == []
    entry = _grow(4)
    assert show_to_witnesses() == []
    assert WitnessedLog.objects.get(origin__endswith="/2026-03").size == 9
    note = verifier.read_note(prove_entry(entry.uid).note)
    assert verifier.verify_note(note, witness_key()) is not None, "the proof carries the cosignature"
    assert verifier.verify_note(note, log_key()) is None
    assert Cosignature.objects.exclude(line="").count() == 2


def test_a_witness_refuses_a_log_that_shrank_or_was_written_anew(db: None) -> None:
    _grow(5)
    first = latest_checkpoint().note
    vouch_for(log_key())
    assert add_checkpoint(_request(0, first, [])).status == 200
    _grow(4)
    second = latest_checkpoint().note
    stale = add_checkpoint(_request(0, second, []))
    assert (stale.status, stale.text) == (409, "5\n")
    wrong = [bytes(32), bytes(32), bytes(32)]
    assert add_checkpoint(_request(5, second, wrong)).status == 422
    assert add_checkpoint(_request(5, second, prove_growth("2026-03", 5, 9))).status == 200
    assert add_checkpoint(_request(9, first, [])).status == 400
    assert WitnessedLog.objects.get(origin__endswith="/2026-03").size == 9


@pytest.mark.parametrize(
    "body",
    [
        "",
        "old",
        f"old {'9' * 5000}\n\nx",
        f"old 0\n\na/b\n{'9' * 5000}\nAA==\n\n— a AAAAAAAA\n",
        "old x\n\n",
        "old 0\n!!\n\nx",
        "old 0\n\nnot a note",
        "old 0\n" + "AA==\n" * 64,
    ],
)
def test_a_witness_answers_nonsense_with_a_sentence(db: None, body: str) -> None:
    assert add_checkpoint(body).status == 400


def test_only_whoever_holds_a_logs_key_makes_a_witness_remember_a_month(db: None) -> None:
    _grow(1)
    vouch_for(log_key())
    forged = latest_checkpoint().note.replace("2026-03\n", "2026-04\n")
    assert add_checkpoint(_request(0, forged, [])).status == 403
    assert WitnessedLog.objects.count() == 1


def test_a_key_that_is_none_is_not_vouched_for(db: None) -> None:
    with pytest.raises(Refused, match="Nothing was changed"):
        vouch_for("name+00000000+AAAA")
