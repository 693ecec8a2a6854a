"""What the engine itself and the modules below it hold, and third-party tables that belong to no module."""

from __future__ import annotations

from procrastinate.contrib.django.models import (
    ProcrastinateEvent,
    ProcrastinateJob,
    ProcrastinatePeriodicDefer,
    ProcrastinateWorker,
)

from aureole.ledger.models import (
    Audit,
    Cosignature,
    Entry,
    EntryDetail,
    Leaf,
    Node,
    Shard,
    SignedCheckpoint,
    Unplaced,
    WitnessedLog,
    WitnessRefusal,
)
from aureole.privacy.breaches import personal_data as _breaches  # noqa: F401  declares its own
from aureole.privacy.consent import personal_data as _consent  # noqa: F401  declares its own
from aureole.privacy.consulting import personal_data as _consultations  # noqa: F401  declares its own
from aureole.privacy.declare import holds, holds_nothing, holds_outside, keyed, plain, sealed
from aureole.privacy.holds import personal_data as _holds  # noqa: F401  declares its own
from aureole.privacy.informing import personal_data as _informing  # noqa: F401  declares its own
from aureole.privacy.models import (
    Erasure,
    ExportPackage,
    MapSnapshot,
    RetentionRule,
    RetentionRun,
)
from aureole.privacy.redaction import personal_data as _redaction  # noqa: F401  declares its own
from aureole.privacy.rights import personal_data as _rights  # noqa: F401  declares its own
from aureole.privacy.transfer import personal_data as _transfers  # noqa: F401  declares its own
from aureole.search.models import SearchEntry
from aureole.vault.fences.models import FenceLine
from aureole.vault.keystore.models import PersonKey, SystemKey, WrappingKey
from aureole.vault.models import BlindIndexEntry

holds(
    EntryDetail,
    person="person_id",
    label="Reasons given in the log",
    purpose="accountability",
    retention="ledger",
    source="an agent",
    fields={
        "sealed": sealed("user.content.private", label="Reason", withheld="opened in the access log only")
    },
)
holds_nothing(
    Entry,
    because="pseudonyms that mean nothing without the person's key, counts and codes; a constraint refuses words",
    columns=("type", "actor_kind", "actor", "person", "facts", "commitment"),
)
for _part, _columns in (
    (Shard, ("name", "origin")),
    (Leaf, ("hash",)),
    (Node, ("hash",)),
    (SignedCheckpoint, ("note",)),
    (Unplaced, ()),
    (Cosignature, ("witness", "line")),
    (WitnessRefusal, ("witness", "ground")),
    (WitnessedLog, ("origin", "key", "root")),
    (Audit, ("problems",)),
):
    holds_nothing(_part, because="months, hashes, signatures and numbers of the log", columns=_columns)
holds(
    Erasure,
    person="person_id",
    label="Erasure under way",
    purpose="accountability",
    retention="ledger",
    source="made by the program",
    on_erase="detach",
    withheld="exists only while the person is being erased",
    fields={
        "known_as": sealed(
            "user.name",
            keys={
                "names": "user.name",
                "emails": "user.contact.email",
                "phones": "user.contact.phone_number",
                "others": "user.unique_id",
                "becomes": "system.operations",
            },
        ),
        "way": plain("system.operations", because="a code"),
        "pseudonym": plain("system.operations", because="means nothing without the person's key"),
        "state": plain("system.operations", because="a code"),
        "step": plain("system.operations", because="a code"),
        "approval": plain("system.operations", because="a code"),
        "plan": plain(
            "system.operations",
            because="counts by table",
            keys=dict.fromkeys(
                ("erase", "keep", "blockers", "stays", "apart", "needed"), "system.operations"
            ),
        ),
        "plan_hash": plain("system.operations", because="a hash of counts"),
        "done": plain("system.operations", because="counts by table", keys={"*": "system.operations"}),
        "statement": plain(
            "system.operations",
            because="the certificate before it is signed; names nobody",
            keys={"*": "system.operations"},
        ),
        "certificate": plain("system.operations", because="counts, pseudonym and signature; names nobody"),
    },
)
holds(
    ExportPackage,
    person="person_id",
    label="Earlier exports",
    purpose="accountability",
    retention="export",
    source="made by the program",
    withheld="copies of what this export holds anew",
    fields={"sha256": plain("system.operations", because="hash of a sealed package; names nobody")},
)
holds_nothing(
    RetentionRule,
    because="periods by class, type, channel, organisation and label, and why; addresses are refused",
    columns=("class_key", "scope", "value", "reason"),
)
holds_nothing(
    RetentionRun,
    because="a hash, days, sentences of the program and counts by table",
    columns=("state", "hash", "plan", "done"),
)
holds_nothing(MapSnapshot, because="names of tables and columns, as declared", columns=("digest", "rows"))
holds(
    BlindIndexEntry,
    person="person_id",
    label="Look-up of addresses",
    purpose="answer_enquiries",
    retention="customer",
    source="made by the program",
    withheld="keyed digests of addresses that are exported as such",
    on_erase="delete_last",
    fields={
        "kind": plain("system.operations", because="a code"),
        "digest": keyed("user.unique_id", withheld="keyed: nothing can be read from it"),
    },
)
holds(
    SearchEntry,
    person="person_id",
    label="Search index",
    purpose="answer_enquiries",
    retention="direct_contact",
    source="made by the program",
    withheld="keyed tokens of words that are exported as such",
    fields={
        "kind": plain("system.operations", because="a code"),
        "tokens": keyed("user.content.private", withheld="keyed: words cannot be read from them"),
    },
)
holds_nothing(
    PersonKey,
    because="random keys and a random mark, wrapped, with a keyed digest of the mark; the fence of erased persons, "
    "which has to outlive them",
    columns=("person_id", "wrapped", "former", "mark", "mark_digest"),
)
holds_nothing(WrappingKey, because="random keys that wrap the others, wrapped", columns=("key_id", "wrapped"))
holds_nothing(
    FenceLine,
    because="ids and numbers of what was erased; images rest sealed under the keys of living persons and "
    "are dropped when those are erased; hashes of suppressed addresses are slow, keyed, and dropped on their day",
    columns=("kind", "person_id", "detail", "image"),
)
holds_nothing(SystemKey, because="random keys of the instance, wrapped", columns=("name", "wrapped"))

_JOBS = "ids of rows and codes only; finished jobs are deleted at once, waiting ones with the person"
holds_nothing(
    ProcrastinateJob,
    because=_JOBS,
    columns=("queue_name", "task_name", "lock", "args", "status", "queueing_lock"),
)
holds_nothing(ProcrastinateEvent, because="times of jobs", columns=("type",))
holds_nothing(
    ProcrastinatePeriodicDefer, because="times of periodic jobs", columns=("task_name", "periodic_id")
)
holds_nothing(ProcrastinateWorker, because="heartbeats of worker processes")

holds_outside(
    "file store",
    label="File store",
    holds="sealed attachments, raw mail and exports under random names",
    on_erase="files of the person are deleted; their key is destroyed",
)
holds_outside(
    "logs",
    label="Logs",
    holds="ids and codes, never names or words",
    on_erase="nothing to do; searched for residue",
)
holds_outside(
    "backups",
    label="Backups",
    holds="sealed data without keys and indexes",
    on_erase="unreadable once the key store's backups have run out",
)
