"""Referrals at intake: drafted, with consent, and taken through their steps."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened


def today() -> date:
    """Return the current date in the time zone of the cases: late in the evening (UTC) it is already tomorrow there."""
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()


#: The date on which the tests were loaded. A test that runs after midnight has another one: `today()`.
TODAY = today()
SOON = TODAY + timedelta(days=7)
DRAFT: dict[str, Any] = {
    "agency": "NL.COMENSHA",
    "purpose": "referral_for_support",
    "service_types": ["accommodation_emergency"],
    "data_categories": ["contact_safe", "health"],
    "reply_by": SOON.isoformat(),
}
CONSENT: dict[str, Any] = {
    "agency": "NL.COMENSHA",
    "purposes": ["referral_for_support"],
    "data_categories": ["contact_safe", "health"],
    "language": "bg",
    "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
    "expires_on": (TODAY + timedelta(days=400)).isoformat(),
}


def drafted(client: Client, case: str, **different: Any) -> str:
    return str(told(client.ask("POST", f"/v1/cases/{case}/referrals", {**DRAFT, **different}), 201)["id"])


def consented(client: Client, case: str, **different: Any) -> str:
    return str(told(client.ask("POST", f"/v1/cases/{case}/consents", {**CONSENT, **different}), 201)["id"])


def take(client: Client, case: str, referral: str, step: str, status: int = 200, **said: Any) -> Any:
    return done(client, case, f"referrals/{referral}/steps", {"step": step, **said}, status)


def sent(client: Client) -> tuple[str, str]:
    case = opened(client)
    consented(client, case)
    referral = drafted(client, case)
    take(client, case, referral, "send")
    return case, referral
