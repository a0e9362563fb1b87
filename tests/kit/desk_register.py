"""The services' responses to the register's pages."""

from typing import Any

from tests.kit.desk import ME, answered

AGENCY = "0195566e-7a10-7000-8000-0000000000d1"
MEMBER = "0195566e-7a10-7000-8000-0000000000d2"
PROPOSAL = "0195566e-7a10-7000-8000-0000000000d3"
OTHER = "0195566e-7a10-7000-8000-0000000000d4"
SHOWN = {
    "id": AGENCY,
    "name": "Fictitious <Harbour>",
    "type": "Shelter",
    "country": "NL",
    "regions": [],
    "languages": ["nl"],
    "services": ["legal_advice"],
    "authority": None,
    "takes_referrals": True,
    "state": "active",
    "contact": "Fictitious <desk>",
    "reason": None,
    "since": "2026-03-02T09:00:00+00:00",
    "named_by_law": False,
}
COLLEAGUE = {
    "id": MEMBER,
    "name": "Qzxvname",
    "agency": AGENCY,
    "agency_code": None,
    "roles": ["caseworker"],
    "languages": ["ro"],
    "takes_cases": True,
    "until": None,
    "state": "working",
    "address": "a@example.org",
}


def proposed(by: str) -> dict[str, Any]:
    return {
        "id": PROPOSAL,
        "kind": "registration",
        "name": "Qzxvname",
        "roles": ["caseworker"],
        "sign_ins": [{"issuer": "https://id.example", "subject": "fictitious"}],
        "proposed_by": by,
        "proposed_at": "2026-03-02T09:00:00+00:00",
        "lapses_at": "2026-03-09T09:00:00+00:00",
    }


def register(roles: list[str], agency: dict[str, Any] = SHOWN, proposer: str = OTHER) -> Any:
    """Answer as services do for a person with these roles."""
    known = {
        "/v1/me": {**ME, "roles": roles},
        "/v1/agencies": {"agencies": [SHOWN], "next": AGENCY},
        f"/v1/agencies/{AGENCY}": agency,
        "/v1/staff": {"staff": [COLLEAGUE, {**COLLEAGUE, "name": None}], "next": None},
        f"/v1/staff/{MEMBER}": COLLEAGUE,
        "/v1/staff/searches": {"staff": [COLLEAGUE], "next": None},
        "/v1/staff/proposals": {"proposals": [proposed(proposer)], "next": None},
    }

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        route = path.partition("?")[0]
        return (200, known[route]) if route in known else answered(service, method, path, body)

    return answer
