"""Checks everything an instance stands on, and names the fix."""

from __future__ import annotations

from aureole.ops.doctor.examine import examine
from aureole.ops.doctor.finding import Finding, Level

__all__ = ["Finding", "Level", "examine"]
