"""Invoices as PDF and invitations as iCalendar, written by hand so that nothing else is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

_SELLER = ("Nordlys Outdoor", "Aarhus, Denmark", "hej@nordlys-outdoor.example")


def write_invoice(number: str, to: Sequence[str], lines: Sequence[Sequence[str]], on: datetime) -> bytes:
    """One page (PDF 1.4, ISO 32000), readable by any viewer; text in Courier, WinAnsi encoding."""
    rows = [f"{what:<44}{price:>14}" for what, price in lines]
    text = [*_SELLER, "", f"Invoice {number}", on.strftime("%d %B %Y"), "", *to, "", *rows, "", "Thank you."]
    return _pdf(_page(text))


def _page(lines: Sequence[str]) -> bytes:
    shown = b"\n".join(b"(" + _escaped(line) + b") '" for line in lines)
    return b"BT /F1 11 Tf 16 TL 56 780 Td\n" + shown + b"\nET"


def _escaped(line: str) -> bytes:
    text = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return text.encode("cp1252", "replace")


def _pdf(page: bytes) -> bytes:
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    )
    body, places = bytearray(b"%PDF-1.4\n"), []
    for index, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (index, content)
    return bytes(body) + _cross_reference(places, len(body))


def _cross_reference(places: Sequence[int], start: int) -> bytes:
    entries = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return head + entries + tail


def write_event(title: str, place: str, people: Sequence[tuple[str, str]], starts: datetime) -> bytes:
    """An invitation (RFC 5545) of two hours.

    people  (name, address) of those who should come
    """
    ends = starts + timedelta(hours=2)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Nordlys Outdoor//sample//EN", "METHOD:REQUEST",
        "BEGIN:VEVENT", f"UID:{starts:%Y%m%d}-sample@nordlys-outdoor.example",
        f"DTSTAMP:{_stamp(starts)}", f"DTSTART:{_stamp(starts)}", f"DTEND:{_stamp(ends)}",
        f"SUMMARY:{_value(title)}", f"LOCATION:{_value(place)}",
        *(f'ATTENDEE;CN="{name}":mailto:{address}' for name, address in people),
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _value(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
