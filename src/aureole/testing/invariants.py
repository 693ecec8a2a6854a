"""What must hold in an instance at any moment, whatever was interrupted before. Each is asked of the whole instance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import compress

from django.db import connections, router
from django.db.models import Count, Model
from psycopg import sql

from aureole.channels.email.models import InboundMail, InboundState, MessageIdentity
from aureole.ledger.models import Entry, EntryDetail
from aureole.ledger.ports import confidant
from aureole.privacy.certificate.verify import verify
from aureole.privacy.erasure.places import deletable, rows_of
from aureole.privacy.models import Erasure, ErasureState
from aureole.privacy.residue.opened import sealed_models
from aureole.privacy.residue.scan import scan
from aureole.vault.erased import Erased
from aureole.vault.fields import SealedField
from aureole.vault.files import read_file
from aureole.vault.groups import KeyGroup
from aureole.vault.intake import intake_subject
from aureole.vault.keys import is_fenced
from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.models import SealedFile
from aureole.vault.store import file_store
from aureole.vault.unlock import unlock


@dataclass
class World:
    """What the invariants look at besides the databases and the file store.

    texts  words of persons that must not rest readable anywhere
    sent   one mark for each mail that really left, the same for the same mail to the same recipient
    """

    texts: Sequence[str] = ()
    sent: Callable[[], Sequence[object]] = tuple
    log: list[tuple[int, str]] = field(default_factory=list)


Invariant = Callable[[World], None]


def no_acknowledged_mail_is_missing(world: World) -> None:
    """Once taken in, a mail is either there to be read, every byte of it, or it is a message."""
    for mail in InboundMail.objects.select_related("file", "message"):
        if mail.state == InboundState.ACCEPTED:
            assert mail.message is not None, f"mail {mail.id} was accepted and has no message"
        else:
            assert mail.file is not None, f"mail {mail.id} waits without its bytes"
            assert len(read_file(mail.file)) == mail.size, f"mail {mail.id} lost bytes"


def no_mail_is_two_messages(world: World) -> None:
    """One accepted mail, one message; one identifier, one message, unless a forger repeated it."""
    accepted = InboundMail.objects.filter(state=InboundState.ACCEPTED, message__isnull=False)
    assert accepted.count() == accepted.values("message_id").distinct().count()
    repeated = (
        MessageIdentity.objects.values("digest").annotate(times=Count("id")).filter(times__gt=1).count()
    )
    assert repeated <= accepted.filter(repeats_id=True).count(), "a message came into being twice"


def every_sealed_value_opens_or_its_person_is_fenced(world: World) -> None:
    """Raises CannotOpen or KeyMissing by itself when one does not open; [erased] is for the erased only."""
    for model in _with_rows(sealed_models()):
        fields = [f for f in model._meta.concrete_fields if isinstance(f, SealedField)]
        for row in unlock(model._base_manager.all()):
            for column in fields:
                if isinstance(getattr(row, column.attname), Erased):
                    person_id = getattr(row, column.person_field)
                    assert is_fenced(person_id), f"{model._meta.label}.{column.name} reads as erased"
    for detail in EntryDetail.objects.select_related("entry"):
        opened = confidant().open_detail(detail.person_id, detail.entry.uid, bytes(detail.sealed))
        assert opened is not None or is_fenced(detail.person_id)


def _with_rows(models: Sequence[type[Model]]) -> list[type[Model]]:
    """Those with anything in them, asked in one trip for each database; most tables are empty."""
    by_alias: dict[str, list[type[Model]]] = defaultdict(list)
    for model in models:
        by_alias[router.db_for_read(model)].append(model)
    found: list[type[Model]] = []
    for alias, together in by_alias.items():
        asked = sql.SQL(", ").join(
            sql.SQL("EXISTS (SELECT FROM {})").format(sql.Identifier(model._meta.db_table))
            for model in together
        )
        with connections[alias].cursor() as cursor:
            cursor.execute(sql.SQL("SELECT ARRAY[{}]").format(asked))
            found += compress(together, cursor.fetchone()[0])
    return found


def every_file_row_has_its_file(world: World) -> None:
    """Row and ciphertext belong together; a ciphertext without a row is waste nobody can open, and is allowed."""
    stored = set(file_store().names())
    for file in SealedFile.objects.all():
        assert file.inline is not None or file.stored_as in stored, f"{file} has no ciphertext"
        if not is_fenced(file.person_id):
            assert len(read_file(file)) == file.size, f"{file} is not whole"


def no_fenced_person_has_a_key(world: World) -> None:
    """Unless the erasure is still on its way: it then holds the evidence key, and only that once it has proof."""
    fenced = PersonKey.objects.filter(state=KeyState.ERASED).values("person_id")
    active = PersonKey.objects.filter(person_id__in=fenced, state=KeyState.ACTIVE)
    under_way = set(Erasure.objects.exclude(person_id=None).values_list("person_id", flat=True))
    for key in active.exclude(person_id=intake_subject()):
        assert key.person_id in under_way, f"fenced, and yet with a key: {key}"
    wrapped = PersonKey.objects.filter(state=KeyState.ERASED, wrapped__isnull=False)
    for key in wrapped:
        assert key.person_id in under_way, f"fenced, and its bytes are still there: {key}"


def nothing_rests_in_plain(world: World) -> None:
    """Both databases, every column, the file store and the home folder, in every usual encoding."""
    if world.texts:
        places = [f"{place.place} ({place.encoding})" for place in scan(world.texts, deep=False).places]
        assert places == [], f"readable at rest: {places}"


def the_log_only_grows(world: World) -> None:
    """Every entry seen before is there, unchanged."""
    rows = Entry.objects.order_by("number").values_list("number", "uid", "type", "at", "person", "facts")
    now = [(row[0], repr(row)) for row in rows]
    lost = set(world.log) - set(now)
    world.log[:] = now
    assert not lost, f"{len(lost)} entries of the log are gone or changed"


def a_certificate_stands_for_a_done_erasure(world: World) -> None:
    """What a certificate says is true when it is signed: rows and keys are gone, and it verifies."""
    for erasure in Erasure.objects.all():
        done = erasure.state == ErasureState.DONE
        assert not done or erasure.certificate, f"{erasure} is done and proves nothing"
        assert not done or (erasure.person_id is None and erasure.known_as is None), (
            f"{erasure} still knows whom"
        )
        if not erasure.certificate:
            continue
        assert verify(erasure.certificate).valid, f"{erasure}: its certificate does not verify"
        if erasure.person_id is None:
            continue
        left = [d.table for d in deletable() if rows_of(d, erasure.person_id).exists()]
        assert left == [], f"{erasure} is certified, and rows are left in {left}"
        open_keys = PersonKey.objects.filter(person_id=erasure.person_id, state=KeyState.ACTIVE)
        assert set(open_keys.values_list("group", flat=True)) <= {KeyGroup.EVIDENCE}


def nothing_leaves_twice(world: World) -> None:
    """No mail was handed to the mail server a second time."""
    twice = [mark for mark, times in Counter(world.sent()).items() if times > 1]
    assert twice == [], f"sent more than once: {len(twice)} mails"


INVARIANTS: tuple[Invariant, ...] = (
    no_acknowledged_mail_is_missing,
    no_mail_is_two_messages,
    every_sealed_value_opens_or_its_person_is_fenced,
    every_file_row_has_its_file,
    no_fenced_person_has_a_key,
    nothing_rests_in_plain,
    the_log_only_grows,
    a_certificate_stands_for_a_done_erasure,
    nothing_leaves_twice,
)


def hold(world: World) -> None:
    """Ask all of them. Raises AssertionError that names the one that does not hold."""
    for invariant in INVARIANTS:
        try:
            invariant(world)
        except Exception as trouble:
            words = invariant.__name__.replace("_", " ")
            raise AssertionError(
                f"it does not hold that {words}: {trouble or type(trouble).__name__}"
            ) from trouble
