from __future__ import annotations

from aureole.ops.demo.models import DemoMark
from aureole.privacy.declare import holds_nothing

holds_nothing(
    DemoMark,
    because="ids of sample rows and digests of places in the shipped content; every person in it is invented",
    columns=("model_label", "told"),
)
