"""A process that makes a share of a company. Imported before Django is set up there, so it imports little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.making.plan import Plan

if TYPE_CHECKING:
    from bench.making.loader import Loader


@dataclass(frozen=True, slots=True)
class Made:
    """What a job tells its parent: how much, and a few addresses for later mails to come from."""

    messages: int
    rows: int
    addresses: list[str]


@dataclass(frozen=True, slots=True)
class _Here:
    plan: Plan
    loader: Loader


_here: list[_Here] = []


def begin(plan: Plan) -> None:
    """Called once in every process; the environment says where the databases are."""
    import django

    django.setup()
    from bench.making.loader import Loader

    _here[:] = [_Here(plan, Loader())]


def work(job: range) -> Made:
    """One job: a few parts of the company, told and loaded."""
    (here,) = _here
    return here.loader.load_parts(here.plan, job)
