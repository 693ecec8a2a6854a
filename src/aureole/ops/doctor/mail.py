"""What waits because no mail server is set: one finding, and no failing jobs."""

from __future__ import annotations

from collections.abc import Iterator

from aureole.ops.doctor.finding import Finding, amber

_SET = (
    "Set EMAIL_URL=smtp://user:password@host:587. Letters then leave by themselves within 15 minutes (they wait three "
    "days; after that their request says that they were not delivered), answers by `aureole mail resend --all`."
)


def checks() -> Iterator[Finding]:
    from aureole.channels.email.kept_back import kept_back

    found = kept_back()
    if found is not None:
        yield amber("mail out", f"{found.words[:1].upper()}{found.words[1:]}.", _SET)
