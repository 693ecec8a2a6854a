from __future__ import annotations

from django.db import transaction

from aureole.desk.models import Tag
from aureole.kernel import live
from aureole.testing.interruptions import Kind, fail_at


def test_a_notice_that_cannot_be_sent_does_not_make_what_was_done_look_undone(transactional_db: None) -> None:
    with fail_at(2, kinds={Kind.COMMIT}) as interrupted, transaction.atomic():
        Tag.objects.create(name="zips")
        live.touch("desk")
    assert interrupted.failed is not None
    assert "pg_notify" in interrupted.failed.what
    assert Tag.objects.exists()
