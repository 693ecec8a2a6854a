"""Two kinds of trouble: a person can act on it (Refused), or we must (Broken)."""

from __future__ import annotations


class AureoleError(Exception):
    """Root of our own errors. `code` is stable for scripts; `sentence` is for people.

    A sentence says what happened, what is safe and what to do; it never holds personal data.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


class Refused(AureoleError):
    """The request was understood and is not carried out; the person asking can act on it."""


class NotPermitted(Refused):
    """The actor's role does not allow this."""


class NotFound(Refused):
    """No such thing, or none that this actor may see: the two are told alike on purpose."""


class Broken(AureoleError):
    """Something on our side does not work; nothing the person asking can mend."""


class Away(Broken):
    """Something we stand on does not answer now. Nothing was lost; the same request may succeed in a minute."""
