"""A client of one service: a persistent connection, and minimal work, so that the service's time dominates."""

import http.client
import json
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

TIMEOUT_SECONDS = 30.0
#: A server closes a connection after 30 idle seconds.
REST_SECONDS = 10.0
#: Longer than any run; the token is made before the measurement begins.
TOKEN_SECONDS = 4 * 3600


class Unexpected(RuntimeError):
    """A service responded with another status than the measurement expects."""


class Client:
    """Sends requests to one service as one member of staff."""

    def __init__(self, port: int, token: str) -> None:
        """Store the port and the token; the first request connects."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        self._last_used = time.monotonic()
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, **headers: str
    ) -> tuple[dict[str, Any], str]:
        """Return the response's document, and its ETag. Raises `Unexpected` for an error response."""
        sent = None if body is None else json.dumps(body).encode()
        own = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        named = {name.replace("_", "-"): header for name, header in headers.items()}
        if time.monotonic() - self._last_used > REST_SECONDS:
            self._connection.close()  # the next request reconnects
        self._connection.request(method, path, sent, {**self._headers, **own, **named})
        reply = self._connection.getresponse()
        text = reply.read()
        self._last_used = time.monotonic()
        if reply.status not in (200, 201):
            raise Unexpected(f"{method} {path}: {reply.status} {text.decode()}")
        return json.loads(text), reply.headers.get("ETag", "")
