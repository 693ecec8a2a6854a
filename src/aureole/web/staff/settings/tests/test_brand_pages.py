from __future__ import annotations

import html

from aureole.desk.models import Brand
from aureole.kernel.actor import Actor
from aureole.privacy.retention.actions.set_rule import set_rule
from aureole.web.tests.browsers import Browser, SignIn

_NEW = {"name": "Nordlys Fjell", "code": "fjell", "addresses": "hej@fjell.example\n\n ask@fjell.example "}


def page(client: Browser, path: str) -> str:
    return html.unescape(client.get(path).content.decode())


def post(client: Browser, path: str, **fields: str) -> tuple[int, str]:
    answer = client.post(path, fields)
    return answer.status_code, html.unescape(answer.content.decode())


def test_a_brand_is_added_changed_and_taken_out_of_use(sign_in: SignIn) -> None:
    client = sign_in(role="admin")
    assert 'href="/settings/brands/"' in page(client, "/")
    assert "There is no brand" in page(client, "/settings/brands/")
    assert post(client, "/settings/brands/new/", **_NEW)[0] == 302
    brand = Brand.objects.get()
    url = f"/settings/brands/{brand.pk}/"
    assert (brand.code, brand.address, brand.addresses.count()) == ("fjell", "hej@fjell.example", 2)
    assert "ask@fjell.example" in page(client, "/settings/brands/")
    post(client, f"{url}change/", name="Fjell", addresses="ask@fjell.example\nhej@fjell.example")
    assert "Fjell: answers leave from ask@fjell.example." in page(client, url)

    rule = {"class_key": "direct_contact", "scope": "brand", "value": str(brand.pk), "by": Actor.operator()}
    set_rule(months=9, reason="a season", **rule)  # type: ignore[arg-type]  # strings all of them
    status, shown = post(client, f"{url}end/")
    assert status == 409 and "kept for a time of their own" in shown and "Conversations: 9 months" in shown
    set_rule(months=None, reason="over", **rule)  # type: ignore[arg-type]
    assert post(client, f"{url}end/")[0] == 302
    assert "is out of use since" in page(client, url)
    assert "fjell" not in page(client, "/settings/brands/")
    assert ">Fjell</a>" in page(client, "/settings/brands/?show=ended")
    assert post(client, f"{url}change/", name="Fjell", addresses="a@fjell.example")[0] == 409


def test_what_is_refused_stays_as_it_was_typed_with_a_sentence_at_its_field(sign_in: SignIn) -> None:
    client = sign_in(role="admin")
    assert post(client, "/settings/brands/new/", **{**_NEW, "addresses": ""})[0] == 422
    for wrong, field in (
        ({"addresses": "nonsense"}, "addresses"),
        ({"code": "9"}, "code"),
        ({"name": "a@b"}, "name"),
    ):
        status, shown = post(client, "/settings/brands/new/", **{**_NEW, **wrong})
        assert status == 409 and f'href="#id_{field}"' in shown and wrong[field] in shown
    assert not Brand.objects.exists()


def test_agents_and_officers_see_no_settings(sign_in: SignIn) -> None:
    client = sign_in(role="privacy_officer")
    assert client.get("/settings/brands/").status_code == 403
    assert "/settings/" not in page(client, "/")
