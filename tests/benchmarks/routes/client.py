"""One client of one service: a kept connection, and so little work of its own that the service's time is what shows."""

import http.client
import json
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

TIMEOUT_SECONDS = 30.0
#: A server closes a connection that rests for 30 seconds.
REST_SECONDS = 10.0
#: Longer than any run; a token is made before what is measured begins.
TOKEN_SECONDS = 4 * 3600


class Unexpected(RuntimeError):
    """A service answered with another status than the measurement is of."""


class Client:
    """Asks one service as one member of staff."""

    def __init__(self, port: int, token: str) -> None:
        """Connect at the first request."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        self._last_used = time.monotonic()
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, **headers: str
    ) -> tuple[dict[str, Any], str]:
        """Return the document that is answered, and its ETag. Raises `Unexpected` for a refusal."""
        sent = None if body is None else json.dumps(body).encode()
        own = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        named = {name.replace("_", "-"): header for name, header in headers.items()}
        if time.monotonic() - self._last_used > REST_SECONDS:
            self._connection.close()  # it is opened anew by the next request
        self._connection.request(method, path, sent, {**self._headers, **own, **named})
        reply = self._connection.getresponse()
        text = reply.read()
        self._last_used = time.monotonic()
        if reply.status not in (200, 201):
            raise Unexpected(f"{method} {path}: {reply.status} {text.decode()}")
        return json.loads(text), reply.headers.get("ETag", "")
