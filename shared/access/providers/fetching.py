"""Fetch a provider's keys over HTTP: the discovery document, then the key set; bounded, with TLS, no redirects.

If services have no outbound network access, they ask one process (`key_fetcher`) that fetches for all of them. That
process returns only key sets, and sends none of the services' data out.
"""

import json
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote, urlsplit

import urllib3

from shared.access.providers.declared import Provider, ProvidersRefused, checked_address

DISCOVERY = "/.well-known/openid-configuration"
CONNECT_SECONDS, READ_SECONDS = 3.0, 5.0
#: Maximum duration of one answer, from the first byte to the last (seconds).
LONGEST_ANSWER_SECONDS = 10.0
MAXIMUM_ANSWER = 256 * 1024
_PIECE = 16 * 1024


class ProviderAway(Exception):
    """A provider cannot be reached, or gives an invalid answer; `reason` is a code for the log."""

    retryable = True

    def __init__(self, reason: str) -> None:
        """Store the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Fetched:
    """The keys of a set as the provider published them, and the time of fetching."""

    keys: Sequence[object]
    at: datetime


def fetch(provider: Provider) -> Fetched:
    """Fetch keys directly from a provider. Raises `ProviderAway`."""
    with _connections(provider.certificates) as connections:
        address = provider.keys_at or _address_of_keys(connections, provider)
        return Fetched(_keys(_get(connections, provider.reached(address))), datetime.now(UTC))


def discover(provider: Provider) -> Mapping[str, object]:
    """Return a provider's discovery document. Raises `ProviderAway`, also if it names another issuer."""
    with _connections(provider.certificates) as connections:
        return _discovered(connections, provider)


def fetch_through(fetcher: str, provider: Provider) -> Fetched:
    """Fetch a provider's keys through the key fetcher. Raises `ProviderAway`."""
    with _connections("") as connections:
        document = _get(connections, f"{fetcher.rstrip('/')}/?issuer={quote(provider.issuer, safe='')}")
        return Fetched(_keys(document), datetime.now(UTC))


def _connections(certificates: str) -> urllib3.PoolManager:
    # Ignore the environment's proxies, and do not retry: the loop retries on its own schedule.
    return urllib3.PoolManager(
        retries=False,
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        ssl_context=ssl.create_default_context(cadata=certificates or None),
    )


def _discovered(connections: urllib3.PoolManager, provider: Provider) -> Mapping[str, object]:
    document = _get(connections, provider.reached(provider.issuer.rstrip("/") + DISCOVERY))
    if document.get("issuer") != provider.issuer:
        raise ProviderAway("another_issuer")
    return document


def _address_of_keys(connections: urllib3.PoolManager, provider: Provider) -> str:
    address = _discovered(connections, provider).get("jwks_uri")
    if not isinstance(address, str) or urlsplit(address)[:2] != urlsplit(provider.issuer)[:2]:
        # If the keys are on another host, operators declare it (`keys_at`); a discovery document cannot.
        raise ProviderAway("keys_are_at_another_host")
    try:
        return checked_address("jwks_uri", address)
    except ProvidersRefused:
        raise ProviderAway("no_address_of_keys") from None


def _keys(document: Mapping[str, object]) -> Sequence[object]:
    keys = document.get("keys")
    if not isinstance(keys, list):
        raise ProviderAway("no_key_set")
    return keys


def _get(connections: urllib3.PoolManager, address: str) -> Mapping[str, object]:
    try:
        answer = connections.request(
            "GET", address, headers={"Accept-Encoding": "identity"}, redirect=False, preload_content=False
        )
        try:
            body = _body(answer)
        finally:
            answer.close()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise ProviderAway(type(error).__name__) from None
    if answer.status != HTTPStatus.OK:
        raise ProviderAway(f"status_{answer.status}")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise ProviderAway("no_json") from None
    if not isinstance(document, dict):
        raise ProviderAway("no_document")
    return document


def _body(answer: urllib3.BaseHTTPResponse) -> bytes:
    """Read an answer up to the size and time limits of a key set. Raises `ProviderAway` if it exceeds them."""
    body, until = bytearray(), time.monotonic() + LONGEST_ANSWER_SECONDS
    while piece := answer.read1(_PIECE, decode_content=False):
        body += piece
        if len(body) > MAXIMUM_ANSWER:
            raise ProviderAway("too_long")
        if time.monotonic() > until:
            raise ProviderAway("too_slow")
    return bytes(body)
