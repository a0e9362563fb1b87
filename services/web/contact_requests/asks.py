"""The requests of these pages to intake, one function for each."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from services.web.upstream.client import Ask

_PATH: Final = "/v1/contact-requests"


def mine() -> Ask:
    """Return the request for the requests that the person took and has not finished."""
    return Ask("intake", _PATH, {"which": "mine"})


def one(request: UUID) -> Ask:
    """Return the request for one request, without the contact."""
    return Ask("intake", f"{_PATH}/{request}")


def contact(request: UUID) -> Ask:
    """Return the request for the contact, which only the person who took it receives."""
    return Ask("intake", f"{_PATH}/{request}/contact")


def step(request: UUID, name: str, body: Mapping[str, object] | None, *, key: str, etag: str) -> Ask:
    """Return the request for a step: `take`, `return`, `outcome` or `case`."""
    path = f"{_PATH}/{request}/{name}"
    return Ask("intake", path, method="POST", body=body, idempotency_key=key, if_match=etag)
