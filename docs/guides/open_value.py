"""Opens one sealed value (or file) of Aureole, given the keys. Needs `cryptography` and nothing of Aureole's.

  open_value.py --root-key FILE --wrapping-key HEX --person-key HEX TABLE COLUMN ROW-ID VALUE-HEX
  open_value.py … vault_sealed_file envelope ROW-ID ENVELOPE-HEX --content CIPHERTEXT-FILE

HEX is what the key store's column `wrapped` holds; --wrapping-key-plain takes the 32 bytes themselves, as
`aws kms decrypt` or transit give them. Formats: docs/guides/encryption.md. Prints the plain bytes.
"""

import argparse
import hashlib
import sys
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def unwrap(envelope, keys, context):
    """Version 2: version, provider, key id (8) | nonce (12) | ciphertext. Version 1: version, key id (4) | …"""
    size = {1: 5, 2: 10}[envelope[0]]
    head, nonce, body = envelope[:size], envelope[size : size + 12], envelope[size + 12 :]
    return AESGCM(keys[head]).decrypt(nonce, body, head + context)


def keys_at_hand(given):
    """Keys by the head of the envelopes they open."""
    keys = {}
    if given.root_key:
        root = bytes.fromhex(Path(given.root_key).read_text().strip())
        key_id = hashlib.sha256(b"aureole root key id" + root).digest()
        keys[b"\x02\x01" + key_id[:8]] = keys[b"\x01" + key_id[:4]] = root
    if given.wrapping_key_plain:  # opens whatever the person key's envelope names
        keys[given.person_key[:10]] = given.wrapping_key_plain
    elif given.wrapping_key and given.person_key[0] == 2:  # version 1 lies under the root key itself
        key_id = given.person_key[2:10]
        keys[b"\x02\x00" + key_id] = unwrap(given.wrapping_key, keys, b"wrapping key" + key_id)
    return keys


def open_value(given):
    """Version, group, generation (2, absent in version 1), person (16) | nonce (12) | ciphertext."""
    value = given.value
    size = {1: 18, 2: 20}[value[0]]
    head, nonce, body = value[:size], value[size : size + 12], value[size + 12 :]
    group, generation, person = head[1:2], head[2:-16] or b"\x00\x01", head[-16:]
    counted = b"" if generation == b"\x00\x01" else generation
    key = unwrap(given.person_key, keys_at_hand(given), b"person key" + person + group + counted)
    place = "\x1f".join((given.table, given.column, given.row)).encode()
    return AESGCM(key).decrypt(nonce, body, head + place)


def open_content(envelope, file_id, content):
    """Envelope version 2: 0x02, key (32), SHA-256 of the plain bytes (32), size (8); older ones: key, SHA-256.
    Content: version, then chunks with their tags."""
    key, digest = (envelope[1:33], envelope[33:65]) if len(envelope) == 73 else (envelope[:32], envelope[32:])
    version, chunks = content[:1], content[1:]
    assert version == b"\x01", f"content of version {version[0]} is not described here"
    size, plain, number = 64 * 1024 + 16, b"", 0
    while True:
        chunk, chunks = chunks[:size], chunks[size:]
        nonce = bytes(7) + number.to_bytes(4, "big") + bytes([not chunks])
        plain += AESGCM(key).decrypt(nonce, chunk, version + bytes.fromhex(file_id.replace("-", "")))
        number += 1
        if not chunks:
            assert hashlib.sha256(plain).digest() == digest, "the hash inside the envelope is another"
            return plain


def main():
    hexadecimal = lambda text: bytes.fromhex(text.removeprefix("\\x"))  # noqa: E731  as psql shows bytea
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--root-key", metavar="FILE", help="64 hexadecimal digits")
    parser.add_argument("--wrapping-key", metavar="HEX", type=hexadecimal)
    parser.add_argument("--wrapping-key-plain", metavar="HEX", type=hexadecimal)
    parser.add_argument("--person-key", metavar="HEX", type=hexadecimal, required=True)
    parser.add_argument("--content", metavar="FILE", help="from the file store, or the column `inline`")
    for name in ("table", "column", "row"):
        parser.add_argument(name)
    parser.add_argument("value", type=hexadecimal)
    given = parser.parse_args()
    try:
        plain = open_value(given)
        if given.content:
            plain = open_content(plain, given.row, Path(given.content).read_bytes())
    except (InvalidTag, KeyError):
        sys.exit("It does not open: changed, moved, or not the keys it was sealed under.")
    sys.stdout.buffer.write(plain)


if __name__ == "__main__":
    main()
