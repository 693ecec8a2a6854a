"""Each provider wraps and unwraps, refuses what was changed or moved, and says in a sentence what is wrong."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from aureole.kernel.errors import Broken
from aureole.vault.errors import CannotOpen, RootKeyAway
from aureole.vault.root_key import RootKey, RootKeys, envelope
from aureole.vault.root_key.file import FileRootKey
from aureole.vault.root_key.local import LocalCipher
from aureole.vault.root_key.providers import make
from aureole.vault.tests.transit_server import TransitServer
from config.root_keys import FileKey, TransitKey, parse_root_key

KEY, CONTEXT = bytes(range(32)), b"wrapping key 1"


class OneKey:
    """A root key in memory, for what must hold whatever the provider."""

    code, kind = 1, "file"

    def __init__(self, secret: bytes = bytes(32)) -> None:
        self._cipher = LocalCipher(secret)
        self.key_id = hashlib.sha256(secret).digest()[:8]

    def wrap(self, key: bytes, bound: bytes) -> bytes:
        return self._cipher.wrap(key, bound)

    def unwrap(self, body: bytes, bound: bytes) -> bytes:
        return self._cipher.unwrap(body, bound)


def _file(tmp_path: Path, name: str = "k") -> FileRootKey:
    path = tmp_path / name
    path.write_text(os.urandom(32).hex())
    return FileRootKey(path)


def _transit(at: TransitServer, **changed: str) -> RootKey:
    address = parse_root_key(at.url)
    assert isinstance(address, TransitKey)
    return make(TransitKey(**{**vars(address), "token": at.token, **changed}))


@given(key=st.binary(min_size=32, max_size=32), context=st.binary(max_size=60))
def test_an_envelope_opens_with_its_context_only(key: bytes, context: bytes) -> None:
    roots = RootKeys(OneKey())
    wrapped = roots.wrap(key, context)
    assert key not in wrapped
    assert roots.unwrap(wrapped, context) == key
    with pytest.raises(CannotOpen):
        roots.unwrap(wrapped, context + b"x")


@given(st.data())
def test_an_envelope_that_was_changed_or_cut_or_moved_never_opens(data: st.DataObject) -> None:
    roots = RootKeys(OneKey(), (OneKey(b"\x01" * 32),))
    wrapped = roots.wrap(KEY, CONTEXT)
    changed = bytearray(wrapped)
    changed[data.draw(st.integers(0, len(wrapped) - 1))] ^= data.draw(st.integers(1, 255))
    cut = wrapped[: data.draw(st.integers(0, len(wrapped) - 1))]
    relabelled = envelope.head_of(1, roots.former[0].key_id) + wrapped[envelope.HEAD :]
    for value in (bytes(changed), cut, relabelled, wrapped + b"x"):
        with pytest.raises((CannotOpen, Broken)):
            roots.unwrap(value, CONTEXT)


def test_an_envelope_of_the_first_version_still_opens(tmp_path: Path) -> None:
    """Put together by hand, as the program wrote it before there were other providers."""
    secret = os.urandom(32)
    (tmp_path / "k").write_text(secret.hex())
    head = b"\x01" + hashlib.sha256(b"aureole root key id" + secret).digest()[:4]
    nonce = os.urandom(12)
    wrapped = head + nonce + AESGCM(secret).encrypt(nonce, KEY, head + CONTEXT)
    roots = RootKeys(_file(tmp_path, "new"), (FileRootKey(tmp_path / "k"),))
    assert roots.unwrap(wrapped, CONTEXT) == KEY
    with pytest.raises(CannotOpen):
        roots.unwrap(wrapped[:-1] + b"\x00" + wrapped[-1:], CONTEXT)


def test_an_unknown_root_key_is_named_with_what_to_do(tmp_path: Path) -> None:
    wrapped = RootKeys(_file(tmp_path, "a")).wrap(KEY, CONTEXT)
    with pytest.raises(Broken, match="AUREOLE_FORMER_ROOT_KEY_URLS") as trouble:
        RootKeys(_file(tmp_path, "b")).unwrap(wrapped, CONTEXT)
    assert trouble.value.code == "root_key_other" and wrapped[2:10].hex() in trouble.value.sentence


@pytest.mark.parametrize(("content", "code"), [(None, "absent"), ("zz", "damaged"), ("00" * 31, "damaged")])
def test_a_key_file_that_is_none_is_refused(tmp_path: Path, content: str | None, code: str) -> None:
    if content is not None:
        (tmp_path / "k").write_text(content)
    with pytest.raises(Broken) as trouble:
        make(FileKey(path=tmp_path / "k"))
    assert trouble.value.code == f"root_key_{code}"


def test_transit_binds_to_the_context_and_opens_after_its_own_rotation(transit: TransitServer) -> None:
    roots = RootKeys(_transit(transit))
    wrapped = roots.wrap(KEY, CONTEXT)
    assert wrapped[:2] == b"\x02\x03" and KEY not in wrapped
    transit.rotate()
    assert roots.unwrap(wrapped, CONTEXT) == KEY
    assert b":v2:" in roots.wrap(KEY, CONTEXT)
    for value, context in ((wrapped, b"other"), (wrapped[:-3] + b"AA=", CONTEXT), (wrapped[:40], CONTEXT)):
        with pytest.raises(CannotOpen):
            roots.unwrap(value, context)


def test_transit_namespace_token_and_missing_key_are_told_apart(transit: TransitServer) -> None:
    transit.namespace = "team-a"
    assert RootKeys(_transit(transit)).wrap(KEY, CONTEXT)
    for changed, code in (
        ({"token": "wrong"}, "root_key_refused"),
        ({"namespace": "team-b"}, "root_key_unusable"),
        ({"key": "misspelt"}, "root_key_unusable"),
    ):
        with pytest.raises(Broken) as trouble:
            _transit(transit, **changed).wrap(KEY, CONTEXT)
        assert trouble.value.code == code
        assert transit.token not in trouble.value.sentence


def test_a_sealed_or_stopped_vault_is_away_and_nobody_waits_long(transit: TransitServer) -> None:
    root = _transit(transit)
    transit.sealed = True
    with pytest.raises(RootKeyAway):
        root.wrap(KEY, CONTEXT)
    transit.stop()
    began = time.monotonic()
    with pytest.raises(RootKeyAway):
        root.wrap(KEY, CONTEXT)
    assert time.monotonic() - began < 12
    transit.start()


def test_a_transit_server_that_was_renamed_still_opens_what_it_wrapped(transit: TransitServer) -> None:
    wrapped = RootKeys(_transit(transit)).wrap(KEY, CONTEXT)
    renamed = RootKeys(_transit(transit, server=f"http://localhost:{transit.port}"))
    assert renamed.present.key_id != wrapped[2:10]
    assert renamed.unwrap(wrapped, CONTEXT) == KEY


def test_kms_binds_to_the_context_and_tells_its_keys_apart(kms: Callable[[], str]) -> None:
    roots, other = (RootKeys(make(parse_root_key(kms()))) for _ in range(2))
    wrapped = roots.wrap(KEY, CONTEXT)
    assert wrapped[:2] == b"\x02\x02" and KEY not in wrapped
    assert roots.unwrap(wrapped, CONTEXT) == KEY
    for value, context in ((wrapped, b"other"), (wrapped[:-1], CONTEXT), (wrapped[:60], CONTEXT)):
        with pytest.raises((CannotOpen, Broken)):
            roots.unwrap(value, context)
    with pytest.raises(Broken):  # moto denies access; KMS itself says IncorrectKeyException
        other.unwrap(wrapped, CONTEXT)


@pytest.mark.parametrize(
    ("status", "answer", "code"),
    [
        (400, "DisabledException", "root_key_unusable"),
        (400, "KMSInvalidStateException", "root_key_unusable"),
        (400, "NotFoundException", "root_key_unusable"),
        (400, "AccessDeniedException", "root_key_refused"),
        (400, "ExpiredTokenException", "root_key_refused"),
        (400, "IncorrectKeyException", "sealed_value_damaged"),
        (400, "ThrottlingException", "root_key_away"),
        (500, "KMSInternalException", "root_key_away"),
        (503, "", "root_key_away"),
    ],
)
def test_what_kms_answers_becomes_a_sentence(
    kms: Callable[[], str], answering: Callable[[int, str], str], status: int, answer: str, code: str
) -> None:
    root = make(parse_root_key(f"awskms:///k?region=eu-central-1&endpoint={answering(status, answer)}"))
    with pytest.raises(Broken) as trouble:
        root.unwrap(b"x", CONTEXT)
    assert trouble.value.code == code


def test_kms_that_cannot_be_reached_is_away(kms: Callable[[], str]) -> None:
    with pytest.raises(RootKeyAway):
        make(parse_root_key("awskms:///k?region=eu-central-1&endpoint=http://127.0.0.1:9")).wrap(KEY, CONTEXT)


def test_kms_learns_no_context_in_clear(kms: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(parse_root_key(kms()))
    sent: list[dict[str, object]] = []
    root._client.meta.events.register(  # type: ignore[attr-defined]
        "before-parameter-build.kms.Encrypt", lambda params, **_: sent.append(dict(params))
    )
    RootKeys(root).wrap(KEY, b"somebody")
    assert "somebody" not in str(sent[0]["EncryptionContext"])
