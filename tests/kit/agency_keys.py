"""An agency of the register with access keys, and clients that use them."""

from typing import Any

from tests.kit.client import Client
from tests.kit.harness import Harness

READING = {"purpose": "production", "scopes": ["reading"]}
ADMINISTERING = {"purpose": "administration", "scopes": ["administering"]}


def registered(operator: Client) -> str:
    """Register a fictitious agency; return its id."""
    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
    return str(operator.told("POST", "/v1/agencies", entry, 201)["id"])


def keys_of(agency: str) -> str:
    """Return the address of an agency's keys."""
    return f"/v1/agencies/{agency}/keys"


def make(by: Client, agency: str, **asked: Any) -> dict[str, Any]:
    """Make a key, for reading by default; return its `id`, and the `key` itself."""
    return by.told("POST", keys_of(agency), {**READING, **asked}, 201)


def with_key(partners: Harness, key: str, *, address: str | None = None) -> Client:
    """Return a client that uses a key, from an address."""
    return Client(partners.door, token=key, service=partners.service_class, registered=False, address=address)


def agency_asks(partners: Harness, *scopes: str) -> tuple[str, Client]:
    """Register an agency with a key for these scopes (reading by default); return the agency's id and a client."""
    operator = partners.staff("operator")
    agency = registered(operator)
    return agency, with_key(partners, make(operator, agency, scopes=list(scopes or ("reading",)))["key"])
