"""A stand-in that speaks the protocol of Vault's and OpenBao's transit engine, with real encryption inside."""

from __future__ import annotations

import base64
import json
import os
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Refusal(Exception):
    def __init__(self, status: int, *errors: str) -> None:
        super().__init__(status, *errors)
        self.status, self.errors = status, errors


@dataclass
class TransitServer:
    """Keys by "mount/name", each a list of versions. `namespace` is the only one there is; "" is the root's."""

    token: str = "a-token"
    namespace: str = ""
    keys: dict[str, list[bytes]] = field(default_factory=lambda: {"transit/aureole": [os.urandom(32)]})
    sealed: bool = False
    requests: int = 0
    _connections: list[socket.socket] = field(default_factory=list)

    def start(self, port: int = 0) -> TransitServer:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                owner._connections.append(self.connection)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, answer = owner.answer(self.path, dict(self.headers), json.loads(body or b"{}"))
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        namespace = f"?namespace={self.namespace}" if self.namespace else ""
        return f"transit+http://127.0.0.1:{self.port}/transit/aureole{namespace}"

    def stop(self) -> None:
        """Really: the port is closed, and so is every connection that was kept alive."""
        self._server.shutdown()
        self._server.server_close()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._connections.clear()

    def rotate(self, name: str = "transit/aureole") -> None:
        self.keys[name].append(os.urandom(32))

    def answer(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.requests += 1
        try:
            return 200, {"data": self._data(path, headers, body)}
        except Refusal as refusal:
            return refusal.status, {"errors": list(refusal.errors)}

    def _data(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        if self.sealed:
            raise Refusal(503, "Vault is sealed")
        if headers.get("X-Vault-Token") != self.token:
            raise Refusal(403, "permission denied")
        if headers.get("X-Vault-Namespace", "").strip("/") != self.namespace:
            raise Refusal(404, "no handler for route")
        _, version, *mount, verb, name = path.split("/")
        versions = self.keys.get("/".join([*mount, name]))
        if version != "v1" or verb not in ("encrypt", "decrypt"):
            raise Refusal(404, "no handler for route")
        if versions is None:
            raise Refusal(400, "encryption key not found")
        work = _encrypt if verb == "encrypt" else _decrypt
        if "batch_input" in body:
            return {"batch_results": [work(versions, item) for item in body["batch_input"]]}
        return work(versions, body)


def _encrypt(versions: list[bytes], item: dict[str, str]) -> dict[str, Any]:
    nonce = os.urandom(12)
    plain, bound = base64.b64decode(item["plaintext"]), base64.b64decode(item.get("associated_data", ""))
    sealed = nonce + AESGCM(versions[-1]).encrypt(nonce, plain, bound)
    return {
        "ciphertext": f"vault:v{len(versions)}:{base64.b64encode(sealed).decode()}",
        "key_version": len(versions),
    }


def _decrypt(versions: list[bytes], item: dict[str, str]) -> dict[str, Any]:
    try:
        _, version, text = item["ciphertext"].split(":", 2)
        sealed, key = base64.b64decode(text, validate=True), versions[int(version[1:]) - 1]
        bound = base64.b64decode(item.get("associated_data", ""))
        plain = AESGCM(key).decrypt(sealed[:12], sealed[12:], bound)
    except (ValueError, IndexError):
        raise Refusal(400, "invalid ciphertext") from None
    except InvalidTag:
        raise Refusal(400, "cipher: message authentication failed") from None
    return {"plaintext": base64.b64encode(plain).decode()}
