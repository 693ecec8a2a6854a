"""What the works measure, and the note about it that a kept home holds."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from aureole.kernel.errors import Refused
from aureole.staff.models import Agent
from bench.floor import Floor
from bench.words import Speech

NOTE = "bench.json"


@dataclass
class Company:
    """A made company.

    size       messages asked for; the busy and heavy ones come on top
    messages   how many there are in all
    addresses  some of the ordinary persons', for mails to come from
    busy       numbers of tickets with 20 messages each
    heavy      persons with 200 messages and 20 files each, still there; `take_heavy` uses them up
    """

    size: int
    seed: int
    messages: int
    speech: Speech
    floor: Floor
    agent: Agent
    agents: list[Agent]
    addresses: list[str] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)
    heavy: list[uuid.UUID] = field(default_factory=list)
    home: Path | None = None

    def take_heavy(self, count: int) -> list[uuid.UUID]:
        """Persons to erase: nobody gets them again, in this run or another. Raises Refused when too few are left."""
        if len(self.heavy) < count:
            raise Refused(
                "bench.supply",
                f"{len(self.heavy)} persons with 200 messages are left in this company and {count} are wanted. "
                "Make a fresh one: python -m bench make --home DIR",
            )
        taken, self.heavy = self.heavy[:count], self.heavy[count:]
        self.save()
        return taken

    def save(self) -> None:
        if self.home is None:
            return
        note = {
            "size": self.size, "seed": self.seed, "messages": self.messages, "addresses": self.addresses,
            "busy": self.busy, "heavy": [str(person) for person in self.heavy],
            "agents": [str(agent.pk) for agent in self.agents],
        }  # fmt: skip
        fresh = self.home / f"{NOTE}.fresh"
        fresh.write_text(json.dumps(note) + "\n", "utf-8")
        fresh.rename(self.home / NOTE)


def company_in(home: Path) -> Company:
    """The company a kept home holds. Raises Refused when it holds none, or one that was never finished."""
    try:
        note = json.loads((home / NOTE).read_text("utf-8"))
    except FileNotFoundError:
        raise Refused(
            "bench.no_company",
            f"{home} holds no finished company. Make one: python -m bench make --size 100k --home {home}",
        ) from None
    agents = list(Agent.objects.select_related("person").in_bulk(note["agents"]).values())
    agents.sort(key=lambda agent: note["agents"].index(str(agent.pk)))
    floor = Floor()
    floor.catch_up()
    return Company(
        size=note["size"], seed=note["seed"], messages=note["messages"], addresses=note["addresses"],
        busy=note["busy"], heavy=[uuid.UUID(person) for person in note["heavy"]],
        speech=Speech(note["seed"], "works"), floor=floor, agent=agents[0], agents=agents, home=home,
    )  # fmt: skip
