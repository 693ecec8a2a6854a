"""Two kinds of trouble: a person can act on it (Refused), or we must (Broken)."""

from __future__ import annotations

from collections.abc import Callable


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


class NotedRefusal(Refused):
    """One that somebody has to hear of although its transaction is undone, and with it everything written in it.

    Whoever catches it outside of the transaction, or lets it end the request, calls `note_refusal`.
    """

    def __init__(self, code: str, sentence: str, note: Callable[[], None]) -> None:
        super().__init__(code, sentence)
        self._note: Callable[[], None] | None = note

    def note(self) -> None:
        """Once."""
        note, self._note = self._note, None
        if note is not None:
            note()


def note_refusal(refusal: BaseException) -> None:
    """What a refusal leaves behind, if it is one that leaves anything; outside of any transaction."""
    if isinstance(refusal, NotedRefusal):
        refusal.note()


class NotPermitted(Refused):
    """The actor's role does not allow this."""


class NotFound(Refused):
    """No such thing, or none that this actor may see: the two are told alike on purpose."""


class Broken(AureoleError):
    """Something on our side does not work; nothing the person asking can mend."""


class Away(Broken):
    """Something we stand on does not answer now. Nothing was lost; the same request may succeed in a minute."""
