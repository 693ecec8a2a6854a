"""One process, one port: events are served here, pages by Django's WSGI handler on threads.

Django's own ASGI handler costs several times as much on small views (docs/decisions).
"""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

from aureole.kernel.errors import Refused
from aureole.web.behind_proxy import unmistakable
from aureole.web.events import Receive, Scope, Send, events
from config.settings import env

if env.secret_key is None:
    raise Refused(
        "secret_key_absent", "This instance has no secret key yet. Run 'aureole init', then start again."
    )

_pages = WSGIMiddleware(get_wsgi_application(), workers=8)  # type: ignore[arg-type]
_started = False


def _start_once() -> None:
    global _started
    if not _started:
        from aureole.vault.eviction import start_eviction_listener

        start_eviction_listener()
        _started = True


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/events/":
        await events(scope, receive, send)
    else:
        await _serve_page(scope, receive, send)


async def _serve_page(scope: Scope, receive: Receive, send: Send) -> None:
    async def received() -> Any:
        # The server's own receive() gives an awaitable that is no coroutine, which a2wsgi refuses.
        return await receive()

    await _pages({**scope, "headers": unmistakable(scope["headers"])}, received, send)  # type: ignore[arg-type]


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _start_once()
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return
