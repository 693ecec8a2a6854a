"""format=flowed (RFC 3676): lines that were broken for the wire are joined again."""

from __future__ import annotations


def unflow(text: str, *, delsp: bool) -> str:
    """Paragraphs whole; quote depth is kept as "> " marks; the signature line is left alone."""
    out: list[str] = []
    depth_before = -1
    open_line = False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        body = line[depth:]
        body = body.removeprefix(" ")
        if open_line and depth == depth_before and body != "-- ":
            out[-1] += body
        else:
            out.append((">" * depth + " " if depth else "") + body)
        open_line = body.endswith(" ") and body != "-- "
        if open_line and delsp:
            out[-1] = out[-1][:-1]
        depth_before = depth
    return "\n".join(out)
