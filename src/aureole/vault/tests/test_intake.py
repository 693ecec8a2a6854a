from __future__ import annotations

import uuid
from datetime import timedelta

from aureole.kernel import clock
from aureole.vault.files import read_file, reseal_file, seal_file
from aureole.vault.intake import intake_subject, retire_intake_keys
from aureole.vault.keys import is_fenced
from aureole.vault.models import SealedFile


def test_a_file_handed_over_opens_for_its_person_and_the_old_key_can_go(db: None) -> None:
    person, arrived = uuid.uuid4(), clock.now() - timedelta(days=3)
    with clock.at(arrived):
        read, waiting = seal_file(b"read", person_id=intake_subject()), None
    reseal_file(read, person_id=person)
    with clock.at(arrived - timedelta(days=1)):
        waiting = seal_file(b"in quarantine", person_id=intake_subject())
    assert retire_intake_keys() == 1
    assert is_fenced(intake_subject(arrived.date()))
    assert read_file(SealedFile.objects.get(pk=read.pk)) == b"read"
    assert read_file(SealedFile.objects.get(pk=waiting.pk)) == b"in quarantine"
    assert retire_intake_keys() == 0


def test_the_key_of_today_stays(db: None) -> None:
    file = seal_file(b"just arrived", person_id=intake_subject())
    reseal_file(file, person_id=uuid.uuid4())
    assert retire_intake_keys() == 0
