"""How to reach the embedded server."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

OWNER = "aureole"
APPLICATION_ROLE = "aureole_app"
DATA, KEYS = "aureole", "aureole_keys"


@dataclass(frozen=True, kw_only=True)
class ConnectionInfo:
    """The owner's way in, by unix socket. The password is left out of the printed form."""

    socket_folder: Path
    password: str = field(repr=False)
    user: str = OWNER

    @property
    def database_url(self) -> str:
        return self.url(DATA)

    @property
    def keys_database_url(self) -> str:
        return self.url(KEYS)

    def url(self, database: str) -> str:
        host = quote(str(self.socket_folder), safe="")
        return f"postgresql://{self.user}:{quote(self.password, safe='')}@/{database}?host={host}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection that commits each statement by itself. Raises psycopg.OperationalError."""
        return psycopg.connect(
            host=str(self.socket_folder),
            user=self.user,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )
