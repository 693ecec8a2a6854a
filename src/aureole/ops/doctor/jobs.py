"""The background queue: whether what is left to the worker gets done."""

from __future__ import annotations

from collections.abc import Iterator

from aureole.ops.doctor.finding import Finding, amber, green, red

_AGAIN = "See the worker's log for why; once it is mended, `aureole jobs again` tries all of them now."


def checks() -> Iterator[Finding]:
    from aureole.kernel.failing import failing, say_failing

    found = failing()
    if not found:
        yield green("jobs", "none fails again and again, and none was given up")
        return
    level = red if any(one.given_up and not one.by_clock for one in found) else amber
    yield level("jobs", "; ".join(map(say_failing, found)), _AGAIN)
