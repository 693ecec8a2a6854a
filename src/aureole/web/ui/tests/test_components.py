from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.http import HttpRequest
from django.shortcuts import render

from aureole.web.ui import samples
from aureole.web.ui.conversation import Letter
from aureole.web.ui.places import TEMPLATES
from aureole.web.ui.protection import Account, Branch
from aureole.web.ui.views import FRAMES

COMPONENTS = TEMPLATES / "ui" / "components"


class Ids(HTMLParser):
    """Collects ids, and what refers to them."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.wanted: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in {"for", "aria-controls", "aria-labelledby", "aria-describedby"}:
                self.wanted += (value or "").split()
            if name == "style" or name.startswith("on"):
                self.inline.append(f"<{tag} {name}>")
        if tag == "style" or (tag == "script" and "src" not in dict(attrs)):
            self.inline.append(f"<{tag}>")


def read(html: str) -> Ids:
    parser = Ids()
    parser.feed(html)
    return parser


def frame_page(request: HttpRequest, name: str) -> str:
    template = f"ui/sheet/frame_{name.replace('-', '_')}.html"
    return render(request, template, samples.frame(name)).content.decode()


def whole_pages(request: HttpRequest) -> dict[str, str]:
    sheet = render(request, "ui/sheet.html", samples.sheet()).content.decode()
    return {"sheet": sheet} | {name: frame_page(request, name) for name in FRAMES}


def test_the_page_of_components_includes_every_component(request_to_page: HttpRequest) -> None:
    included = "".join(path.read_text() for path in TEMPLATES.glob("ui/**/*.html"))
    included += (TEMPLATES / "ui" / "templatetags" / "ui.py").read_text()
    files = {path.relative_to(TEMPLATES).as_posix() for path in COMPONENTS.glob("*/*.html")}
    assert {file for file in files if f'"{file}"' not in included} == set()


def test_no_page_has_inline_style_or_script(request_to_page: HttpRequest) -> None:
    found = {name: read(html).inline for name, html in whole_pages(request_to_page).items()}
    assert {name: inline for name, inline in found.items() if inline} == {}


def test_every_reference_on_a_page_has_its_element(request_to_page: HttpRequest) -> None:
    missing = {
        name: sorted(set(parsed.wanted) - set(parsed.ids))
        for name, html in whole_pages(request_to_page).items()
        if (parsed := read(html))
    }
    assert {name: ids for name, ids in missing.items() if ids} == {}


@pytest.mark.parametrize("frame", sorted(FRAMES))
def test_ids_of_a_frame_are_unique(request_to_page: HttpRequest, frame: str) -> None:
    ids = read(frame_page(request_to_page, frame)).ids
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_text_of_a_message_is_escaped_and_its_links_give_nothing_away(request_to_page: HttpRequest) -> None:
    letter = Letter(
        when=samples._ago(hours=1), who="<b>Eve</b>", text="<script>x</script> https://a.example/y"
    )
    html = render(request_to_page, "ui/components/thread/message.html", {"message": letter}).content.decode()
    assert "<script>" not in html
    assert "<b>Eve</b>" not in html
    assert re.search(r'href="https://a\.example/y"[^>]*rel="nofollow"', html)


def test_an_erased_message_shows_no_text(request_to_page: HttpRequest) -> None:
    letter = Letter(
        when=samples._ago(hours=1), who="Erased person", text="left over", is_erased=True, erased_words="x"
    )
    html = render(request_to_page, "ui/components/thread/message.html", {"message": letter}).content.decode()
    assert "left over" not in html


def test_totals_of_an_account_are_the_sums_of_its_branches() -> None:
    account = Account(
        before=[Branch(key="a", label="a", goes=4)],
        goes=[Branch(key="b", label="b", goes=264, stays=1)],
        stays=[Branch(key="c", label="c", stays=11)],
    )
    assert (account.total_goes, account.total_stays) == (268, 12)


def test_a_composer_that_may_not_reply_offers_only_the_note(request_to_page: HttpRequest) -> None:
    composer = samples.composer().__class__(action="#", send_to="Ada", token="t", can_reply=False)
    html = render(
        request_to_page, "ui/components/composer/composer.html", {"composer": composer}
    ).content.decode()
    assert 'value="reply"' not in html
    assert "Send to Ada" not in html
    assert re.search(r'value="note"[^>]* checked', html)


def test_a_field_in_error_is_tied_to_its_sentence(request_to_page: HttpRequest) -> None:
    html = render(request_to_page, "ui/sheet/fields.html", samples.sheet()).content.decode()
    field = re.search(r'<input[^>]*name="born"[^>]*>', html)
    assert field is not None
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="id_born-hint id_born-error"' in field[0]
    assert '<a href="#id_born">The year must have four digits.</a>' in html
