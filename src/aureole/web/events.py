"""Server-sent events as a raw ASGI app: topic and version of what changed, never content.

One LISTEN connection per process feeds every open page. The session is checked when a page
connects; what it then fetches goes through the permission check of that page.
"""

from __future__ import annotations

import asyncio
import http.cookies
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections, connections

from aureole.kernel.live import CHANNEL

log = logging.getLogger(__name__)
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_PING_SECONDS = 25.0
_QUEUE = 100

_open_pages: dict[asyncio.Queue[str], frozenset[str]] = {}
_listener: asyncio.Task[None] | None = None


async def events(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one page until it goes away."""
    if not await sync_to_async(_is_signed_in, thread_sensitive=False)(scope):
        await _refuse(send)
        return
    _start_listener()
    queue: asyncio.Queue[str] = asyncio.Queue(_QUEUE)
    _open_pages[queue] = _topics(scope)
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await _stream(queue, gone, send)
    finally:
        _open_pages.pop(queue, None)
        gone.cancel()


def _topics(scope: Scope) -> frozenset[str]:
    """What the page asked for (`?topic=desk`); nothing asked means everything. Every agent may see every topic."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return frozenset(topic for value in query.get("topic", []) for topic in value.split(","))


def _is_signed_in(scope: Scope) -> bool:
    from aureole.staff.backend import AgentBackend
    from aureole.staff.sessions import SessionStore

    cookies = http.cookies.SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies.load(value.decode("latin-1"))
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    try:
        agent_id = SessionStore(key.value).get("_auth_user_id") if key else None
        return bool(agent_id and AgentBackend().get_user(agent_id))
    finally:
        close_old_connections()


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _stream(queue: asyncio.Queue[str], gone: asyncio.Task[None], send: Send) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b": open\n\n", "more_body": True})
    while not gone.done():
        getter = asyncio.create_task(queue.get())
        done, _ = await asyncio.wait({getter, gone}, timeout=_PING_SECONDS, return_when="FIRST_COMPLETED")
        text = f"data: {getter.result()}\n\n" if getter in done else ": ping\n\n"
        if getter not in done:
            getter.cancel()
        if gone not in done:
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def _start_listener() -> None:
    global _listener
    if _listener is None or _listener.done():
        _listener = asyncio.create_task(_listen_for_ever())


async def _listen_for_ever() -> None:
    wait = 0.2
    while True:
        try:
            await _listen()
        except psycopg.Error:
            log.warning("live updates lost their connection, trying again")
        await asyncio.sleep(wait)
        wait = min(wait * 2, 5.0)


async def _listen() -> None:
    parameters = connections["default"].get_connection_params()
    for extra in ("cursor_factory", "context", "prepare_threshold", "server_side_binding", "pool"):
        parameters.pop(extra, None)
    async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        async for note in connection.notifies():
            _hand_out(note.payload)


def _hand_out(payload: str) -> None:
    topic = json.loads(payload)["topic"]
    for queue, topics in list(_open_pages.items()):
        if topics and topic not in topics:
            continue
        try:
            queue.put_nowait(payload)
        except asyncio.QueueFull:
            _open_pages.pop(queue, None)
