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
    """What is in the answer, or what was decided about it, is not what was released."""

    def __init__(self) -> None:
        super().__init__(
            "answer_changed",
            "What this answer says of other people has changed since it was released, so nothing was handed out. "
            "Look at the places that are new and prepare it again.",
        )
