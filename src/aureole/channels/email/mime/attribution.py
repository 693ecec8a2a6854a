"""Lines that say "from here on it is somebody else's text", in the languages mail programs speak."""

from __future__ import annotations

import re

# "On … wrote:", "Am … schrieb …:", "Le … a écrit :" and their relatives.
_WROTE = (
    "wrote|writes|sent|schrieb|schreibt|a écrit|écrit|escribió|ha escrito|va escriure|ha scritto|scrisse|schreef"
    "|heeft geschreven|skrev|skrifaði|kirjoitti|escreveu|napisał|napisała|napsal|napsala|napísal|napísala|pisze"
    "|писал|писала|пишет|написал|написала|писав|пише|yazdı|şunları yazdı|írta|a scris|έγραψε|kirjutas|rašė"
    "|rakstīja|napisao|je napisal|写道|寫道|のメッセージ|作成|작성|שכתב|كتب|đã viết|menulis"
)
_WROTE_WORD = re.compile(rf"(?<!\w)(?:{_WROTE})(?:\(a\)|\(la\))?(?!\w)", re.I)
_WROTE_AT_END = re.compile(rf"(?<!\w)(?:{_WROTE})(?:\(a\))?\s*[:：]?\s*$", re.I)
_MAIL = re.compile(r"[^\s<>()\[\]\"]+@[^\s<>()\[\]\"]+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_TIME = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_STARTS = re.compile(
    r"(?:on|am|le|el|il|op|den|em|w dniu|dnia|in data|dne|в|ср|on\W|\d|\w{2,12}[.,]?\s+\d|\w{3,12},\s)", re.I
)
_SPLIT_LINES = 4
_LONGEST = 500

_SEPARATOR = re.compile(r"[\s>*]*[-_=*—–]{2,}\s*([^\W\d_][\w' ’.]{2,60}?)\s*:?\s*[-_=*—–]{2,}\s*$")
_ORIGINAL = re.compile(
    r"(?:original|ursprüngliche|originale?|forwarded|weitergeleitete|transféré|transferred|reenviado|inoltrato"
    r"|doorgestuurd|oorspronkelijk|oprindelig|opprinnelig|ursprungligt|alkuperäinen|d'origine|d’origine|mensagem"
    r"|mensaje|messaggio|wiadomość|сообщение|письмо|původní|pôvodná|eredeti|orijinal|reply message|replied message"
    r"|原始邮件|原始郵件|元のメッセージ|원본)",
    re.I,
)
_LABELS = {
    "from": "from|von|de|da|van|fra|från|lähettäjä|od|от|від|gönderen|feladó|kimden|发件人|寄件者|差出人"
    "|보낸 사람",
    "date": "sent|date|gesendet|datum|envoyé|envoyé le|enviado|enviado el|enviada|enviada em|fecha|data|inviato"
    "|verzonden|dato|sendt|skickat|lähetetty|päivämäärä|wysłano|wysłane|дата|отправлено|odesláno|message du|发送时间"
    "|日期|送信日時|날짜|gönderildi|tarih",
    "to": "to|an|à|a|para|aan|til|till|vastaanottaja|do|komu|кому|收件人|宛先|받는 사람|kime",
    "cc": "cc|copie à|copia|kopie|kopi|kopia|копия|抄送|bcc|reply-to|antwort an",
    "subject": "subject|betreff|objet|asunto|oggetto|onderwerp|emne|ämne|aihe|temat|assunto|тема|předmět|konu"
    "|主题|主旨|件名|제목",
}  # fmt: skip
_LABEL = {word: kind for kind, words in _LABELS.items() for word in words.split("|")}
_FIELD = re.compile(r"[\s>*]*([^\W\d_][\w\- ]{0,20}?)\s*\*?\s*[:：]\s*\*?(.*)$")
_BLOCK_LINES = 9


def attribution_length(lines: list[str], at: int) -> int:
    """How many lines an "On … wrote:" takes that begins here; 0 where none does."""
    first = lines[at].lstrip(" >\t*-_").replace("\xa0", " ")
    if not first or len(first) > _LONGEST or not _STARTS.match(first):
        return 0
    joined = ""
    for count in range(1, _SPLIT_LINES + 1):
        if at + count > len(lines) or not lines[at + count - 1].strip():
            return 0
        joined = f"{joined} {lines[at + count - 1].lstrip(' >').strip()}".replace("\xa0", " ").strip()
        if len(joined) > _LONGEST:
            return 0
        if _is_attribution(joined.strip("-_ ")):
            return count
    return 0


def _is_attribution(line: str) -> bool:
    ends = line.endswith((":", "：", ">:")) or _WROTE_AT_END.search(line)
    if not ends:
        return False
    dated = bool(_YEAR.search(line)) or bool(_TIME.search(line))
    named = bool(_MAIL.search(line))
    wrote = bool(_WROTE_WORD.search(line))
    return (dated and (named or wrote)) or (named and bool(_WROTE_AT_END.search(line)))


def is_separator(lines: list[str], at: int) -> bool:
    """ "-----Original Message-----" in any language; one of unknown words counts when header lines follow."""
    found = _SEPARATOR.match(lines[at])
    if found is None:
        return False
    if _ORIGINAL.search(found.group(1)):
        return True
    following = [line for line in lines[at + 1 : at + 4] if line.strip()]
    return bool(following) and _label(following[0]) in ("from", "date")


def header_block_length(lines: list[str], at: int) -> int:
    """How many lines a "From: Sent: To: Subject:" block takes that begins here; 0 where none does."""
    if _label(lines[at]) not in ("from", "date"):
        return 0
    kinds: set[str] = set()
    last = 0
    for offset, line in enumerate(lines[at : at + _BLOCK_LINES]):
        if not line.strip():
            break
        kind = _label(line)
        if kind:
            kinds.add(kind)
            last = offset
        if _label_inside(line):
            kinds.add("subject")
    enough = len(kinds) >= 3 or (len(kinds) == 2 and "from" in kinds and bool(_MAIL.search(lines[at])))
    return last + 1 if enough else 0


def _label(line: str) -> str:
    found = _FIELD.match(line[:300])
    return _LABEL.get(found.group(1).strip().lower(), "") if found else ""


def _label_inside(line: str) -> bool:
    return bool(re.search(r"\s(?:Objet|Subject|Betreff)\s*:", line[:500]))
