"""Bytes to text, whatever the label says."""

from __future__ import annotations

import codecs
import re

# Labels seen in mail, mapped to what senders mean: a superset, so that it also reads the vendor's extras.
_MEANT = {
    "ks_c_5601-1987": "cp949", "ks_c_5601_1987": "cp949", "ksc5601": "cp949", "ks_c_5601": "cp949",
    "euc-kr": "cp949", "euc_kr": "cp949", "korean": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932",
    "windows-31j": "cp932", "cp943c": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030",
    "big5": "big5hkscs", "x-big5": "big5hkscs",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso8859-1": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "windows-874": "cp874", "tis-620": "cp874",
    "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "iso-8859-6-i": "iso-8859-6",
    "ansi_x3.4-1968": "ascii", "unicode-1-1-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8", "utf-8n": "utf-8", "utf": "utf-8", "unicode": "utf-8", "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic", "x-user-defined": "cp1252",
}  # fmt: skip
# Python codecs that are no charsets: they transform, look things up or take quadratic time.
_NO_CHARSETS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
_SAMPLE = 4096
_RUN = re.compile(rb"[\x80-\xff]{3}")


def codec_for(label: str) -> str | None:
    """Name of a Python codec for a charset label, None for what no one knows."""
    name = label.strip().strip("\"'").lower()
    name = _MEANT.get(name, name)
    if not name.isascii() or len(name) > 40:
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return _cut(name)
    return None if info.name in _NO_CHARSETS or not _is_text(info.name) else info.name


def _is_text(codec: str) -> bool:
    try:
        b"x".decode(codec)
    except LookupError:  # "is not a text encoding"
        return False
    except ValueError:
        return True
    return True


def _cut(name: str) -> str | None:
    """ "x-unknown" is nothing, but "x-windows-1252" and "cp-1252" are something."""
    for prefix, with_ in (("x-", ""), ("cp-", "cp"), ("windows", "cp"), ("win-", "cp"), ("cs", "")):
        if name.startswith(prefix):
            return codec_for(with_ + name[len(prefix) :].lstrip("-") if with_ else name[len(prefix) :])
    return None


def decode(data: bytes, label: str = "") -> tuple[str, bool]:
    """The text, and whether its charset had to be guessed. Never raises."""
    codec = codec_for(label) if label else "utf-8"
    if codec == "ascii":
        codec = "utf-8"
    if codec:
        try:
            return data.decode(codec), not label and not data.isascii()
        except (UnicodeError, ValueError):
            return guess(data, codec), True
    return guess(data), True


def guess(data: bytes, codec: str | None = None) -> str:
    """Without a label that fits: UTF-8, then a mostly fitting label, then statistics, then Windows-1252."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if codec and codec != "utf-8":
        text = _replaced(data, codec)
        if text is not None and text.count("\ufffd") * 50 <= len(text):
            return text
    return _replaced(data, _likely(data)) or data.decode("cp1252", "replace")


def _likely(data: bytes) -> str:
    if _nearly_utf8(data):
        return "utf-8"
    if _looks_western(data[:_SAMPLE]):
        return "cp1252"
    from charset_normalizer import from_bytes  # large, and few processes meet such a mail

    try:
        best = from_bytes(data[:_SAMPLE], steps=3, chunk_size=512).best()
    except (UnicodeError, ValueError, LookupError, IndexError):
        best = None
    return best.encoding if best is not None else "cp1252"


def _nearly_utf8(data: bytes) -> bool:
    """A stray byte in otherwise good UTF-8 shall not turn the rest into nonsense."""
    text = data[:_SAMPLE].decode("utf-8", "replace")
    foreign = sum(1 for c in text if ord(c) > 127)
    return foreign > 0 and text.count("\ufffd") * 4 <= foreign


def _looks_western(sample: bytes) -> bool:
    """Single accented letters among ASCII: too little for statistics, and nearly always Windows-1252."""
    high = sum(1 for byte in sample if byte > 0x7F)
    return high * 4 < len(sample) and not _RUN.search(sample)


def _replaced(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, ValueError, LookupError):
        return None
