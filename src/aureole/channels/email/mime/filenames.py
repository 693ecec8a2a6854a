"""Names of attachments: normalised first, then checked, so that nothing hides in them."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 150
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)
_FORBIDDEN = set('/\\:*?"<>|')
_EXTENSIONS = {
    "text/plain": "txt", "text/html": "html", "text/calendar": "ics", "text/csv": "csv",
    "text/x-vcard": "vcf", "text/vcard": "vcf", "text/rfc822-headers": "txt",
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/svg+xml": "svg",
    "application/pdf": "pdf", "application/zip": "zip", "application/msword": "doc",
    "application/ms-tnef": "dat", "application/pgp-signature": "asc", "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s", "application/pkcs7-mime": "p7m", "application/pgp-encrypted": "asc",
    "message/rfc822": "eml", "message/delivery-status": "txt", "audio/mpeg": "mp3", "video/mp4": "mp4",
}  # fmt: skip


def safe_name(name: str, content_type: str, number: int) -> str:
    """A name to show and to save under; "attachment-<number>" with a fitting ending where none is given.

    NFC, last path component, no control, format (zero-width, direction) or file-system characters,
    no leading dots, no device names; a long name keeps its ending.
    """
    whole = unicodedata.normalize("NFC", name[:2000])
    visible = "".join(c for c in whole if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    last = re.split(r"[/\\]", visible)[-1]
    kept = "".join("_" if c in _FORBIDDEN else c for c in last)
    clean = re.sub(r"\s+", " ", kept).strip(" .")
    if not clean.strip("._-"):
        return f"attachment-{number}.{_EXTENSIONS.get(content_type, 'bin')}"
    if _RESERVED.match(clean):
        clean = "_" + clean
    return _shortened(clean)


def _shortened(name: str) -> str:
    if len(name) <= _LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:_LONGEST].rstrip(" .")
    return stem[: _LONGEST - len(ending) - 1].rstrip(" .") + "." + ending
