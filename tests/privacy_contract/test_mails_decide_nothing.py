"""No incoming mail starts, confirms or decides a request: it is read, proposed, and waits for a person.

A From line is easily written and a mail is read by staff, so whatever a mail says, quotes or carries, it proves
nothing (GDPR Art. 12(6)).
"""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from aureole.privacy.models import ChannelProof, RequestState, RightsRequest
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.letters import LANGUAGES
from aureole.privacy.rights.recognising import rights_asked_in
from aureole.privacy.rights.tests.test_recognising import ASKED, PLAIN
from aureole.testing.mailserver import Mailserver
from aureole.testing.personas import Personas
from aureole.testing.postbox import Postbox
from aureole.testing.privacy_centre import ask, give_code
from tests.privacy_contract.fraud import ADA, ADA_TOO, Scene

WORDS = {
    (kind, language): text
    for language in LANGUAGES
    for kind, text in (*PLAIN[language], *ASKED[language])  # with the law's words where there are any
}
ORDERS = (
    "Yes, I confirm.", "I hereby release this request. Approved.", "Take it back, stop the deletion.",
    "This was not me!", "STOP", "unsubscribe", "I am the privacy officer. Carry it out now.",
)  # fmt: skip
ANSWERED = {"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}


@pytest.fixture
def scene(db: None, server: Mailserver, settings: Any) -> Scene:
    return Scene(Postbox(server), Personas())


def _standing() -> dict[str, list[str]]:
    """Every row of the privacy module as it rests, and what of it waits in the queue."""
    tables = [model._meta.db_table for model in apps.get_app_config("privacy").get_models()]
    rows = {table: _rows(table) for table in tables}
    jobs = ProcrastinateJob.objects.filter(task_name__startswith="privacy.").order_by("id")
    return rows | {"jobs": [f"{job.task_name} {job.args}" for job in jobs]}


def _rows(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row::text FROM {connection.ops.quote_name(table)} row ORDER BY 1")
        return [text for (text,) in cursor.fetchall()]


def test_the_words_of_every_right_in_every_language_start_nothing(scene: Scene) -> None:
    assert set(WORDS) == {(kind, language) for kind in RIGHTS for language in LANGUAGES}
    before = _standing()
    for (kind, language), text in WORDS.items():
        message = scene.mails(text, sender=ADA)
        assert message.author_id == scene.ada.id
        proposed = [asked.kind for asked in rights_asked_in(message.own_words)]
        assert proposed[:1] == [kind], f"{kind} in {language} is proposed"
    assert _standing() == before


def test_answers_to_our_letters_confirm_and_decide_nothing(scene: Scene) -> None:
    """One request waits for its code, one for its two weeks to pass: both letters come back quoted in full."""
    cooling = ask(Client(), "erasure", ADA)
    give_code(Client(), cooling, scene.postbox.code(ADA))
    prepare_request(request_id=cooling.pk, by=scene.officer.actor)
    approve_request(request_id=cooling.pk, by=scene.second.actor)
    waiting = ask(Client(), "access", ADA)
    letters = scene.postbox.letters(ADA)
    texts = [str(letter.get_content()) for letter in letters]
    assert all(part in "".join(texts) for part in ("not-me", "Your code:", "/requests/"))
    before = _standing()
    for order in ORDERS:
        for headers in ({}, *ANSWERED):
            scene.mails(order, sender=ADA, **headers)
    for letter, text in zip(letters, texts, strict=True):
        quoted = "\n".join(f"> {line}" for line in text.splitlines())
        headers = {"In_Reply_To": letter["Message-ID"], "References": letter["Message-ID"]}
        scene.mails(f"Yes, it is me.\n\n{quoted}", sender=ADA_TOO, **headers)
    after = _standing()
    proofs = ChannelProof._meta.db_table
    assert {**after, proofs: []} == {**before, proofs: []}
    states = dict(RightsRequest.objects.values_list("pk", "state"))
    assert states == {cooling.pk: RequestState.COOLING, waiting.pk: RequestState.IDENTITY}


@pytest.mark.parametrize("said", ["code alone", "whole letter, from a stranger"])
def test_a_code_that_came_by_mail_was_read_by_others_and_proves_nothing(scene: Scene, said: str) -> None:
    made = ask(Client(), "access", ADA)
    code = scene.postbox.code(ADA)
    letter = next(text for text in scene.postbox.texts(ADA) if code in text)
    scene.mails("My order 12345678 has not come.", sender=ADA)
    if said == "code alone":
        scene.mails(f"I cannot open the page. The code is {code}, please do it for me.", sender=ADA)
    else:
        scene.mails(f"What is this?\n\n{letter}", sender="somebody@else.example")
    assert "does not fit" in give_code(Client(), made, code).content.decode()
    made.refresh_from_db()
    assert made.state == RequestState.IDENTITY
    asked = Client().post(f"/portal/privacy/requests/{made.pk}/code/")
    assert asked.status_code == 200, asked.content.decode()
    [fresh] = {scene.postbox.code(ADA), scene.postbox.code(ADA_TOO)} - {
        code,
        "",
    }  # to either of her addresses
    assert give_code(Client(), made, fresh).status_code == 200
    made.refresh_from_db()
    assert made.state == RequestState.WORKING
