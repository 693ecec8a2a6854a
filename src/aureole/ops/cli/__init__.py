"""The command `aureole`. Each file in `commands/` adds its own by `register(app)`."""

from __future__ import annotations

from aureole.ops.cli.entry import main

__all__ = ["main"]
