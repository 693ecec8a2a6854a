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
