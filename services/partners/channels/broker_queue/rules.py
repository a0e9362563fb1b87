"""The rules of agencies' queues: permissions at the broker, names, and the roles that open and close one. Pure."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from services.partners.agencies.agency.rules import ENDED
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

_READS: Final = "agency"
_ADMINISTRATOR: Final = "agency_administrator"
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "broker_queue.read": dict.fromkeys(("operator", "data_protection_officer", _ADMINISTRATOR, _READS), Need.ANY),
    "broker_queue.open": dict.fromkeys(("operator", _ADMINISTRATOR), Need.ANY),
    "broker_queue.encrypt": dict.fromkeys(("operator", _ADMINISTRATOR), Need.ANY),
    "broker_queue.close": dict.fromkeys(("operator", "data_protection_officer", _ADMINISTRATOR), Need.ANY),
}
#: The curves of the keys that messages can be encrypted with, by their type (RFC 7518, RFC 8037).
CURVES: Final[Mapping[str, str]] = {"EC": "P-256", "OKP": "X25519"}
#: Random bytes in a queue's name: too many to guess.
LOT_BYTES: Final = 15
_QUEUE, _READ = "queue", "read"


def name_of(agency: UUID, lot: str) -> str:
    """Return the name of an agency's queue.

    The broker tells every client of the virtual host the length of a queue if the client knows its name. Only the
    agency knows the name of its queue.
    """
    return f"agency.{agency}.{lot}"


def id_in(user: str) -> UUID | None:
    """Return the id in a user's name if it is in canonical form; None for any other name."""
    try:
        named = UUID(user)
    except ValueError:
        return None
    return named if str(named) == user else None


def may(queue: str, resource: str, name: str, permission: str) -> bool:
    """Return whether the agency of this queue can do something at the broker: reading the queue, and nothing else."""
    return (resource, name, permission) == (_QUEUE, queue, _READ)


def check_agency(agency_state: str) -> None:
    """Refuse to open a queue for an agency that has ended. Raises `StepForbidden`."""
    if agency_state == ENDED:
        raise StepForbidden(
            "agency_has_ended",
            "This agency has ended its participation, so it can't have a queue. Choose an active agency.",
        )


def begins_after(head: int, length: int) -> int:
    """Return the sequence after which a queue of this maximum length starts: it would drop earlier messages."""
    return max(0, head - length)


def key_refused() -> FactRefused:
    """Return the error for a key with which nothing can be encrypted."""
    return FactRefused(
        "crv",
        "no_encryption_key",
        "This is not a public key for encryption. Send a JWK of the type EC with the curve P-256, or OKP with X25519.",
    )


def check_replaces(*, is_first: bool, is_agency: bool) -> None:
    """Refuse to replace a key for an agency: it could then not decrypt its messages. Raises `StepForbidden`."""
    if not is_first and not is_agency:
        raise StepForbidden(
            "agency_replaces_its_key",
            "This agency has registered a key. Only the agency can replace it, with an API key that administers.",
        )


def public_jwk(kty: str, crv: str, x: str, y: str | None, kid: str) -> dict[str, str]:
    """Return a public key as a JWK. Raises `FactRefused` for another curve, or if a coordinate is missing."""
    if CURVES[kty] != crv or (y is None) != (kty == "OKP"):
        raise key_refused()
    return {"kty": kty, "crv": crv, "kid": kid, "x": x, **({} if y is None else {"y": y})}
