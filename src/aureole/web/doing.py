"""How a page does something: one POST is one action, and a refusal is a sentence at the form it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, NotPermitted, Refused, note_refusal
from aureole.staff.permissions import require
from aureole.web.actor import actor_of

Values = Mapping[str, Any]
Thing = TypeVar("Thing")
Named = TypeVar("Named")
Shown = TypeVar("Shown", contravariant=True)


class Plain(forms.Form):
    """Nothing is typed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doing(Generic[Thing]):
    """One thing to do: what is typed, the action, and the words afterwards.

    permission  who may, where that is not the permission of all that is done with such a thing
    """

    run: Callable[[Thing, Values, Actor], object]
    done: Promise
    form: type[forms.Form] = Plain
    permission: str = ""


class Page(Protocol[Shown]):
    """Shows a thing, with the forms that were refused open and as they were typed."""

    def __call__(
        self, request: HttpRequest, thing: Shown, /, *, refused: Mapping[str, forms.Form], status: int
    ) -> HttpResponse: ...


def do_one(
    request: HttpRequest,
    what: str,
    doings: Mapping[str, Doing[Thing]],
    *,
    permission: str,
    find: Callable[[], Thing],
    show: Page[Thing],
    after: Callable[[], HttpResponse],
    form_of: Callable[[Thing], forms.Form] | None = None,
) -> HttpResponse:
    """What the name in the address says, with what `find` finds; then on to `after`, or `show` with the refusal.

    form_of  makes the form where it depends on the thing
    Raises NotPermitted before anything is looked up, NotFound for a name that is not in the table.
    """
    actor, doing = actor_of(request), doings.get(what)
    require(actor, (doing.permission if doing else "") or permission)
    chosen = doing_named(what, doings)
    thing = find()
    form = form_of(thing) if form_of else chosen.form(request.POST, auto_id=f"{what}-%s")

    def act() -> HttpResponse:
        chosen.run(thing, form.cleaned_data, actor)
        messages.success(request, str(chosen.done))
        return after()

    return act_on(
        form, act, lambda status: show(request, find(), refused={what: form}, status=status), looks_up=True
    )


def doing_named(what: str, doings: Mapping[str, Named]) -> Named:
    """Raises NotFound."""
    if what not in doings:
        raise NotFound("doing_unknown", "There is nothing of that name to do. Nothing was changed.")
    return doings[what]


def act_on(
    form: forms.Form,
    act: Callable[[], HttpResponse],
    show: Callable[[int], HttpResponse],
    *,
    looks_up: bool = False,
    field: Callable[[Refused], str | None] = lambda refusal: None,
) -> HttpResponse:
    """Act where the form is filled in well; else `show` it again with the status: 422 as typed, 409 refused.

    looks_up  what is typed names something, so that its not being there is a refusal like others
    field     at which field a refusal is said; by default above them all
    Raises NotPermitted; NotFound where what the page is about is not there any more.
    """
    if not form.is_valid():
        return show(422)
    try:
        return act()
    except Refused as refusal:
        if isinstance(refusal, NotPermitted) or (isinstance(refusal, NotFound) and not looks_up):
            raise
        note_refusal(refusal)
        form.add_error(field(refusal), refusal.sentence)
        return show(409)
