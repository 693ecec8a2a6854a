"""An erased person is not quietly made anew: not by an import, not by an agent, not by somebody else's mail."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext

from aureole.channels.email import releasing
from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.models import InboundState, QuarantineReason
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.actions.take_in_person import take_in_person
from aureole.people.models import Person
from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.proof import payload_of
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.law.calendar import add_months
from aureole.privacy.models import Erasure
from aureole.privacy.retention.actions.set_rule import set_rule
from aureole.privacy.rights.matters import matters
from aureole.privacy.rights.place import today
from aureole.privacy.suppression.actions.lift_suppression import entry_of, lift_suppression
from aureole.privacy.suppression.events import SuppressionLifted
from aureole.testing.personas import Personas
from aureole.vault import suppression
from aureole.vault.fences import journal
from aureole.vault.fences.models import FenceLine, LineKind
from aureole.vault.keystore.models import SystemKey

OPERATOR = Actor.operator()
ADDRESS = "ada@brevduva.example"
pytestmark = pytest.mark.django_db


def mail(sender: str, copy: str = "") -> bytes:
    cc = f"Cc: {copy}\r\n" if copy else ""
    return f"From: {sender}\r\nTo: support@nordlys.example\r\n{cc}Subject: Hi\r\n\r\nHello.\r\n".encode()


def erased(personas: Personas, *, objected: bool = False) -> None:
    ada = personas.person("Ada Lindqvist", ADDRESS)
    if objected:
        object_to_purpose(person_id=ada.id, purpose="news", by=Actor(kind="customer"))
    erase_person(ada.id, by=OPERATOR, reason="asked")


def _enter(value: str = ADDRESS) -> Person:
    with transaction.atomic():
        return recognise_person(kind="email", value=value, source="staff", by=OPERATOR)


def test_an_import_and_an_agent_are_stopped_with_a_sentence(personas: Personas) -> None:
    erased(personas)
    with (
        pytest.raises(Refused, match="was erased here and is on the suppression list until"),
        transaction.atomic(),
    ):
        take_in_person(identifiers=[("email", "Ada@Brevduva.example")], values={"name": "Ada"}, by=OPERATOR)
    with pytest.raises(Refused, match="suppression list"):
        _enter()
    bo = personas.person("Bo Ek")
    with pytest.raises(Refused, match="suppression list"):
        add_identifier(person=bo, kind="email", value=ADDRESS, by=OPERATOR)
    assert list(Person.objects.all()) == [bo]
    assert not _said(), "their transactions are undone, and all that was written in them"


def test_another_spelling_of_the_same_mailbox_is_no_way_around(personas: Personas) -> None:
    erase_person(personas.person("Ada", "A.da+tents@gmail.com").id, by=OPERATOR, reason="asked")
    assert len(suppression.entries(today())) == 1
    for spelling in ("ada@googlemail.com", "a.d.a+new@gmail.com"):
        with pytest.raises(Refused, match="suppression list"):
            _enter(spelling)
    assert _enter("a.da@brevduva.example"), "elsewhere a dot is another mailbox"
    lift_suppression(entry_id=entry_of("ada@gmail.com"), reason="asked to", by=OPERATOR)
    assert _enter("ada@googlemail.com")


def test_being_copied_makes_no_record(personas: Personas) -> None:
    erased(personas)
    taken = receive_mail(raw=mail("bo@ek.example", copy=ADDRESS))
    assert taken.state == InboundState.ACCEPTED
    assert Person.objects.count() == 1
    assert _said() == ["privacy.kept_away"], "an officer sees that it happened"


def test_who_writes_again_is_answered_unless_they_had_objected(personas: Personas) -> None:
    erased(personas)
    assert receive_mail(raw=mail(ADDRESS)).state == InboundState.ACCEPTED
    assert _said() == ["privacy.came_back"], "not quietly: the log says so, without a name"


def _said() -> list[str]:
    rows = Entry.objects.filter(type__in=("privacy.kept_away", "privacy.came_back"), person=None)
    return list(rows.values_list("type", flat=True))


def test_mail_of_who_had_objected_waits_for_an_officer(personas: Personas) -> None:
    erased(personas, objected=True)
    apart = receive_mail(raw=mail(ADDRESS))
    assert (apart.state, apart.reason) == (InboundState.QUARANTINED, QuarantineReason.SENDER_ERASED)
    assert Person.objects.count() == 0
    assert [(m.kind, m.person_id) for m in matters() if m.kind == "kept_away"] == [("kept_away", None)]
    uid = entry_of(ADDRESS.upper())
    lift_suppression(entry_id=uid, reason="she asked to come back", by=OPERATOR)
    releasing.take_in_whom_nothing_keeps_away(SuppressionLifted(entry_id=uid))
    apart.refresh_from_db()
    assert apart.state == InboundState.ACCEPTED
    assert not [m for m in matters() if m.kind == "kept_away"]


def test_an_entry_is_lifted_once(personas: Personas) -> None:
    erased(personas)
    uid = entry_of(ADDRESS)
    lift_suppression(entry_id=uid, reason="", by=OPERATOR)
    for _ in range(2):
        with pytest.raises(NotFound):
            lift_suppression(entry_id=uid, reason="", by=OPERATOR)
    with pytest.raises(NotFound):
        entry_of(ADDRESS)
    assert _enter().pk


def test_an_entry_ends_on_its_day(personas: Personas) -> None:
    erased(personas)
    (entry,) = suppression.entries(today())
    with clock.at(now() + timedelta(days=(entry.until - today()).days - 1)):
        assert suppression.drop_what_is_over(today()) == 0
        with pytest.raises(Refused):
            _enter()
    with clock.at(now() + timedelta(days=(entry.until - today()).days)):
        assert _enter().pk
        assert suppression.entries(today()) == []
        assert suppression.drop_what_is_over(today()) == 1
    assert not _images()


def test_whose_time_has_run_out_may_be_recorded_again(personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist", ADDRESS)
    erase_person(ada.id, by=Actor.system(), reason="over", still=lambda person_id: True)
    assert suppression.entries(today()) == []
    assert _enter().pk


def test_a_repeated_erasure_notes_an_address_once(personas: Personas) -> None:
    until = today() + timedelta(days=9)
    assert (
        suppression.suppress(
            [("email", ADDRESS), ("email", ADDRESS)], ground="erased", today=today(), until=until
        )
        == 1
    )
    assert suppression.suppress([("email", ADDRESS)], ground="erased", today=today(), until=until) == 0


def test_who_came_back_objected_and_is_erased_again_is_kept_away_for_that_and_as_long_as_they_were_told(
    personas: Personas,
) -> None:
    erased(personas)
    with clock.at(now() + timedelta(days=400)):
        receive_mail(raw=mail(ADDRESS))
        back = Person.objects.get()
        object_to_purpose(person_id=back.id, purpose="news", by=Actor(kind="customer"))
        erase_person(back.id, by=OPERATOR, reason="asked")
        assert entries_until() == add_months(today(), 36).isoformat()
        apart = receive_mail(raw=mail(ADDRESS).replace(b"Hello", b"Hello again"))
        assert apart.reason == QuarantineReason.SENDER_ERASED
        shorter = suppression.suppress(
            [("email", ADDRESS)], ground="erased", today=today(), until=today() + timedelta(days=9)
        )
        assert shorter == 0 and len(suppression.entries(today())) == 1


def test_the_certificate_says_that_hashes_stay_why_and_until_when(personas: Personas) -> None:
    erased(personas)
    said = payload_of(Erasure.objects.get().certificate)["kept_away"]
    assert said["until"] == add_months(today(), 36).isoformat() == entries_until()
    assert "Art. 6(1)" in said["why"] and "taken off" in said["sooner"]


def entries_until() -> str:
    (entry,) = suppression.entries(today())
    return entry.until.isoformat()


def test_how_long_is_set_in_the_schedule_and_counts_from_then_on(personas: Personas) -> None:
    set_rule(class_key="suppression", months=6, reason="Our notice says so.", by=OPERATOR)
    erased(personas)
    assert entries_until() == add_months(today(), 6).isoformat()
    set_rule(class_key="suppression", months=0, reason="We keep none.", by=OPERATOR)
    bo = personas.person("Bo Ek", "bo@ek.example")
    erase_person(bo.id, by=OPERATOR, reason="asked")
    assert _enter("bo@ek.example").pk, "a period of no months keeps nobody away"
    assert "kept_away" not in payload_of(Erasure.objects.order_by("-created_at")[0].certificate)


def test_data_that_has_run_out_puts_nobody_on_the_list_and_its_certificate_says_nothing(
    personas: Personas,
) -> None:
    ada = personas.person("Ada Lindqvist", ADDRESS)
    carry_out(begin_erasure(person_id=ada.id, by=OPERATOR, reason="", still=lambda _: True).id)
    assert "kept_away" not in payload_of(Erasure.objects.get().certificate)
    assert suppression.entries(today()) == []


# ------------------------------------------------------------------ what rests, and where


def _images() -> list[Path]:
    return [p for folder in settings.AUREOLE_FENCES for p in (Path(folder) / "images").glob("*.json")]


def test_nothing_that_rests_names_the_person_or_is_a_fast_hash(personas: Personas) -> None:
    erased(personas)
    (line,) = FenceLine.objects.filter(kind=LineKind.SUPPRESSED)
    assert (line.person_id, set(line.image or {})) == (None, {"bits", "digest"})
    assert 0 <= int((line.image or {})["bits"]) < 256
    fast = {hashlib.new(name, ADDRESS.encode()).hexdigest() for name in ("md5", "sha1", "sha256", "blake2b")}
    rests = " ".join([str(line.image), *(path.read_text() for path in _images())])
    assert ADDRESS not in rests
    assert not any(digest[:32] in rests for digest in fast)


def test_an_older_key_store_learns_the_list_from_the_folder(personas: Personas) -> None:
    """What a restore does: lines that the store lacks come from a copy; what was lifted since stays lifted."""
    erased(personas)
    lines = list(journal.folders()[0].lines())
    assert journal.folders()[0].image(next(line for line in lines if line.kind == "suppressed"))
    with connections["keys"].cursor() as cursor:
        cursor.execute("ALTER TABLE fences_line DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM fences_line WHERE kind = 'suppressed'")
        cursor.execute("ALTER TABLE fences_line ENABLE TRIGGER USER")
    assert _enter("somebody@else.example").pk
    journal.take_over(lines, journal.folders()[0].image)
    with pytest.raises(Refused, match="suppression list"):
        _enter()


def test_the_list_is_bound_to_a_key_of_its_own(personas: Personas) -> None:
    erased(personas)
    assert SystemKey.objects.using("keys").filter(name=suppression.KEY).count() == 1


def test_an_address_that_somebody_has_is_not_looked_for(personas: Personas) -> None:
    erased(personas)
    personas.person("Bo Ek", "bo@ek.example")
    with CaptureQueriesContext(connections["keys"]) as captured:
        recognise_person(kind="email", value="bo@ek.example", source="email", by=OPERATOR)
    assert not any("suppressed" in query["sql"] for query in captured.captured_queries)


def test_most_new_addresses_cost_no_slow_hash(personas: Personas, monkeypatch: pytest.MonkeyPatch) -> None:
    erased(personas)
    slow: list[str] = []
    digest = suppression._digest
    monkeypatch.setattr(suppression, "_digest", lambda kind, value: slow.append(value) or digest(kind, value))
    for number in range(200):
        suppression.find("email", f"new{number}@sender.example", today())
    assert len(slow) <= 8  # one in 256 is expected; more than eight of 200 is one in a million
