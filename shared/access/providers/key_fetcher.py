"""The only outbound connection of an installation without network access, used only for key sets.

It queries only the declared providers, and returns only public keys. Callers choose neither the destination nor the
request, and the fetcher parses and re-encodes each provider's answer.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from shared.access.providers.declared import Provider
from shared.access.providers.fetching import Fetched, ProviderAway, fetch
from shared.access.providers.keys import EARLY, usable
from shared.access.providers.looks import Look, look_of
from shared.telemetry.logs import logger

HEALTH = "/health/ready"
#: The last answer of each provider, for `./casepath doctor`.
LOOKS = "/looks"
#: Seconds after which an idle client is disconnected.
_PATIENCE = 5.0

log = logger()


@dataclass
class _Turn:
    """A provider's most recently fetched keys, valid for a moment."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    at: float = -EARLY
    keys: list[dict[str, object]] | None = None
    look: Look | None = None


class KeyFetcher:
    """Fetches keys for its callers, limiting the rate for each provider, however many callers there are."""

    def __init__(self, providers: tuple[Provider, ...], fetch: Callable[[Provider], Fetched] = fetch) -> None:
        """Store the providers whose keys are fetched."""
        self._providers = {provider.issuer: provider for provider in providers}
        self._turns: Mapping[str, _Turn] = {issuer: _Turn() for issuer in self._providers}
        self._fetch = fetch

    def answer(self, target: str) -> tuple[HTTPStatus, object]:
        """Answer a request: return the keys of the issuer in the request target."""
        address = urlsplit(target)
        if address.path == HEALTH:
            return HTTPStatus.OK, {"status": "ok"}
        if address.path == LOOKS:
            return HTTPStatus.OK, [asdict(turn.look) for turn in map(self._turn, self._providers) if turn.look]
        [issuer] = parse_qs(address.query).get("issuer", [""])[:1]
        if address.path != "/" or issuer not in self._providers:
            return HTTPStatus.NOT_FOUND, {}
        keys = self._turn(issuer).keys
        return (HTTPStatus.BAD_GATEWAY, {}) if keys is None else (HTTPStatus.OK, {"keys": keys})

    def _turn(self, issuer: str) -> _Turn:
        turn = self._turns[issuer]
        with turn.lock:
            if time.monotonic() - turn.at >= EARLY:
                self._ask(self._providers[issuer], turn)
                turn.at = time.monotonic()
        return turn

    def _ask(self, provider: Provider, turn: _Turn) -> None:
        try:
            fetched = self._fetch(provider)
            keys = usable(fetched)
        except ProviderAway as away:
            log.warning("provider.away", provider=provider.issuer, reason=away.reason)
            turn.keys, turn.look = None, Look(provider.issuer, trouble=away.reason)
            return
        turn.keys = [{**key.as_dict(private=False), "kid": key_id} for key_id, key in keys.items()]
        turn.look = look_of(provider, len(fetched.keys), keys.values())


def server(fetcher: KeyFetcher, host: str, port: int) -> ThreadingHTTPServer:
    """Return the HTTP server; `serve_forever` runs it."""

    class Handler(BaseHTTPRequestHandler):
        timeout = _PATIENCE

        def do_GET(self) -> None:
            """Answer, and close the connection."""
            status, document = fetcher.answer(self.path)
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Do not log successful requests."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, _request: object, _client: object) -> None:
            """Log a failed request as one line; a client that disconnects early needs no investigation."""
            error = sys.exc_info()[1]
            if not isinstance(error, (ConnectionError, TimeoutError)):
                log.error("fetcher.request_failed", exc_info=error)

    return Server((host, port), Handler)
