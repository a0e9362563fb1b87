"""The people and agencies of every history: staff of two agencies, and two agencies that receive events."""

import json
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert

from shared.access.supervisions import supervisions
from shared.access.tokens import SERVICE_ROLE, new_key, service_issuer
from tests.kit.client import FOLLOWER, Client
from tests.kit.staff import AGENCY, register
from tests.transcript.world import World, document

#: Staff member -> role.
ROLES: Final = {
    "lead": "caseworker",
    "colleague": "caseworker",
    "outreach": "outreach_worker",
    "adviser": "legal_adviser",
    "other_adviser": "legal_adviser",
    "support": "support_worker",
    "counsellor": "counsellor",
    "supervisor": "supervisor",
    "officer": "data_protection_officer",
    "second_officer": "data_protection_officer",
    "statistician": "statistician",
    "operator": "operator",
    "outsider": "caseworker",
    "harbour_worker": "support_worker",
}
#: The part of a service's process that routes use: the key from which return codes are made.
_PROCESS: Final = SimpleNamespace(settings=SimpleNamespace(signing_key=json.dumps(new_key(service_issuer("intake")))))
#: The people whom the supervisor supervises.
SUPERVISED: Final = ("lead", "colleague", "outreach", "adviser", "other_adviser", "support", "counsellor")


def _id(number: int) -> UUID:
    return UUID(f"0191a000-0000-7000-8000-{number:012x}")


STAFF: Final = {name: _id(number) for number, name in enumerate(ROLES, start=1)}
#: Agencies that receive events; the first works in the Netherlands and Romania, the second everywhere.
HARBOUR, UNION = _id(101), _id(102)
WORKS_FOR: Final = {"outsider": UNION, "harbour_worker": HARBOUR}
_PURPOSES: Final = (
    *("accommodation_placement", "compensation_claim", "legal_representation", "medical_care", "national_register"),
    *("police_investigation", "protection", "referral_for_support", "referral_to_official_identification"),
    *("research_statistics", "return_assistance"),
)
_CATEGORIES: Final = (
    *("account", "children", "contact_safe", "criminal_record", "finances", "health", "identity", "immigration"),
    *("location", "psychological_scores", "third_parties"),
)
_AGENCIES: Final[dict[str, dict[str, Any]]] = {
    "home": {"id": str(AGENCY), "name": "Fictitious House", "type": "NGO", "country": "NL"},
    "harbour": {"id": str(HARBOUR), "name": "Fictitious Harbour", "type": "Shelter", "country": "NL"},
    "union": {"id": str(UNION), "name": "Fictitious Union", "type": "TradeUnion", "country": "RO"},
}
_AGREED: Final = {
    "harbour": {"purposes": ["referral_for_support", "accommodation_placement"], "jurisdictions": ["NL", "RO"]},
    "union": {"purposes": list(_PURPOSES), "jurisdictions": ["GB-EAW", "GB-NIR", "GB-SCT", "NL", "RO"]},
}
_LASTS: Final = {"first_day": "2026-01-01", "last_day": "2035-12-31", "reference": "Fictitious binder 7"}


def bring(world: World) -> None:
    """Register everyone, and record the agencies' agreements."""
    for service in world.services.values():
        for name, role in ROLES.items():
            works_for = {"agency": WORKS_FOR[name]} if name in WORKS_FOR else {}
            register(service.database, STAFF[name], *([] if role == "operator" else [role]), **works_for)
        with service.database.transaction() as session:
            for member in SUPERVISED:
                row = {"supervisor": STAFF["supervisor"], "member": STAFF[member]}
                session.execute(insert(supervisions).values(row))
    sign_in(world)
    for name in _AGENCIES:
        _register_agency(world, name)
    world.settle()
    for name in _AGREED:
        told = document(world.clients[f"{name}_reading@partners"].ask("GET", "/v1/feed", query={"limit": "200"}))
        world.streams_begin_at[name] = int(told[-1]["sequence"]) if told else 0


def sign_in(world: World) -> None:
    """Give every client a new token: a token is valid for a few minutes only, so each history needs new ones."""
    for service in world.services.values():
        for name, role in ROLES.items():
            member = Client(service.door, role, subject=STAFF[name], service=service.kind, registered=False)
            member.service.process = _PROCESS
            world.clients[f"{name}@{service.name}"] = member
        service.asker = Client(service.door, SERVICE_ROLE, key=FOLLOWER, subject="legal", service=service.kind)


def _register_agency(world: World, name: str) -> None:
    operator, officer = world.clients["operator@partners"], world.clients["officer@partners"]
    operator.told("POST", "/v1/agencies", _AGENCIES[name], 201)
    if name not in _AGREED:
        return
    path = f"/v1/agencies/{_AGENCIES[name]['id']}"
    agreed = {"data_categories": list(_CATEGORIES), **_AGREED[name], **_LASTS}
    agreement = f"{path}/agreements/{operator.told('POST', f'{path}/agreements', agreed, 201)['id']}"
    version = officer.ask("GET", agreement).headers["ETag"]
    officer.told("POST", f"{agreement}/confirmation", If_Match=version)
    for scope in ("reading", "reporting", "administering"):
        asked = {"purpose": "production", "scopes": [scope], "days": 365}
        key = document(operator.ask("POST", f"{path}/keys", asked))["key"]
        partners = world.services["partners"]
        world.clients[f"{name}_{scope}@partners"] = Client(
            partners.door, token=key, service=partners.kind, registered=False
        )
    admin = world.clients[f"{name}_administering@partners"]
    before = admin.ask("GET", f"{path}/subscription")
    admin.told("PUT", f"{path}/subscription", {}, If_Match=before.headers.get("ETag", "*"))
