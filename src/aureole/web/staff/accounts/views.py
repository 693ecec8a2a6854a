"""Signing in and out."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from aureole.kernel.errors import Refused
from aureole.staff.actions.redeem_sign_in_link import redeem_sign_in_link
from aureole.staff.actions.sign_in import sign_in
from aureole.web.actor import open_to_all
from aureole.web.staff.accounts.session import end_session, start_session


class SignInForm(forms.Form):
    address = forms.CharField(
        label=_("Work e-mail"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "dir": "ltr"}),
        error_messages={"required": _("Enter your work e-mail.")},
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password.")},
    )


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            agent = sign_in(request=request, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            start_session(request, agent)
            return redirect(_next(request))
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/sign_in.html", {"form": form, "next": _next(request)}, status=status)


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_by_link(request: HttpRequest) -> HttpResponse:
    """GET shows a button: mail scanners follow links, and a link must not be used up by them.

    The token is not personal data, works once and for an hour; no log keeps query strings.
    """
    token = request.POST.get("token") or request.GET.get("token", "")
    if request.method != "POST":
        return render(request, "accounts/link.html", {"token": token})
    agent = redeem_sign_in_link(token=token)
    start_session(request, agent)
    return redirect(reverse("desk:list"))


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    end_session(request)
    response = redirect(reverse("accounts:sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _next(request: HttpRequest) -> str:
    """Where to go after signing in; never to another host."""
    target = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if safe and target.startswith("/") else reverse("desk:list")
