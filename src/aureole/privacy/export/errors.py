from __future__ import annotations

from aureole.kernel.errors import Refused


class ErasedMeanwhile(Refused):
    """Keys were destroyed while the package was being written."""

    def __init__(self) -> None:
        super().__init__(
            "erased_meanwhile",
            "This person was erased while their data was being gathered. "
            "The half-made package was thrown away.",
        )


class AnswerChanged(Refused):
    """What is in the answer, or what was decided about it, is not what was released.

    before, now  texts and files of the conversations in it
    """

    def __init__(self, *, before: int, now: int) -> None:
        if before == now:
            what = "a text in its conversations reads otherwise, or other people are met in it elsewhere"
        else:
            what = (
                f"its conversations had {before:,} texts and files when it was prepared, and have {now:,} now"
            )
        super().__init__(
            "answer_changed",
            f"This answer has changed since it was released ({what}), so nothing was handed out. Look at the places "
            "that are new and prepare it again.",
        )
