from __future__ import annotations

from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters.about_request import write_about
from aureole.privacy.rights.ports import KnownAddress


def send_code(request: RightsRequest, address: KnownAddress, code: str) -> None:
    """To that one address: whoever reads it there is believed."""
    write_about(request, "code", address, code=code)
