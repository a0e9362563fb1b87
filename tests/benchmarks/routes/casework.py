"""The cases that the routes read: one with a record of each common kind, and a caseworker's 200 cases."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from tests.benchmarks.routes.client import Client
from tests.kit.intake import many_cases

OPENING = {"jurisdiction": "GB-NIR", "source": "self", "channel": "chat", "language": "bg", "anonymous": True}
DETECTION = {
    "indicators": ["deception"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["FalsePromises"],
    "sectors": [],
    "detector": "ngo",
}
CHECKLIST = ["told_purpose", "told_uses", "told_withdrawal"]
AGENCY = "GB.SCA"
#: The roles on the team of a complete case, in addition to its lead.
ROLES = ("counsellor", "legal_adviser")
SHARED = ["contact_safe", "health"]


def open_case(client: Client, *, anonymous: bool = True) -> str:
    """Open a case; return its id. A name needs a person who is not anonymous."""
    return str(client.ask("POST", "/v1/cases", {**OPENING, "anonymous": anonymous})[0]["id"])


def a_whole_case(client: Client, team: Mapping[str, str]) -> str:
    """Open a case with a record of each common kind, and a team of these members by role; return its id."""
    case = open_case(client)
    _record(client, case, "detections", DETECTION)
    for role, member in team.items():
        _record(client, case, "team", {"member": member, "role": role})
    _record(client, case, "entry-decisions", {"decision": "enter", "advice": "given"})
    _begin_clock(client, case)
    _refer(client, case)
    return case


def fill_work_list(client: Client, count: int) -> None:
    """Open cases. A quarter of them has a clock, and another quarter has an unanswered referral."""
    for number in range(count):
        case = open_case(client)
        if number % 4 == 0:
            _begin_clock(client, case)
        elif number % 4 == 1:
            _refer(client, case)


#: A period of legal for each case that was opened here.
_HEARD = """
    insert into heard_due (case_id, what, key, source, code, kind, reference, due_on, state, listed, certainty, doubts)
    select id, 'period', id::text, 'legal', 'GB.CICA', 'limitation', id, current_date + 300, 'running', true, 'likely',
        '{}' from cases
"""


def fill_store(connection: psycopg.Connection[Any]) -> None:
    """Store a period of legal for each existing case, and add the cases of others."""
    connection.execute(_HEARD)
    many_cases.fill(connection)


def _begin_clock(client: Client, case: str) -> None:
    today = _day(0)
    _record(client, case, "identification", {"stage": "referred", "made_elsewhere": True})
    positive = {"stage": "reasonable_grounds", "outcome": "positive", "occurred_on": today, "received_on": today}
    _record(client, case, "identification", positive)


def _refer(client: Client, case: str) -> None:
    consent = {"agency": AGENCY, "purposes": ["referral_for_support"], "data_categories": SHARED, "language": "bg"}
    _record(client, case, "consents", {**consent, "checklist": CHECKLIST, "expires_on": _day(400)})
    draft = {"agency": AGENCY, "purpose": "referral_for_support", "service_types": ["accommodation_emergency"]}
    referral = _record(client, case, "referrals", {**draft, "data_categories": SHARED, "reply_by": _day(7)})
    _, version = client.ask("GET", f"/v1/cases/{case}")
    client.ask("POST", f"/v1/cases/{case}/referrals/{referral}/steps", {"step": "send"}, If_Match=version)


def _record(client: Client, case: str, path: str, body: dict[str, Any]) -> str:
    return str(client.ask("POST", f"/v1/cases/{case}/{path}", body)[0]["id"])


def _day(ahead: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=ahead)).isoformat()
