from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "aureole.ops.demo"
    label = "ops_demo"

    def ready(self) -> None:
        from aureole.ops.demo.marks import made_from
        from aureole.people.models import Person
        from aureole.web.staff.privacy.requests.trying import offer_sample_person

        offer_sample_person(lambda: made_from(Person, "ada"))
