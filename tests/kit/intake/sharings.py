"""Sharing without consent at intake: proposed, and decided by a second person."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.http import RequestPipeline
from tests.kit.client import Client, told

#: The time zone of the cases: late in the evening (UTC) it is already tomorrow there.
TODAY = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
PROPOSAL: dict[str, Any] = {
    "agency": "NL.COMENSHA",
    "purpose": "referral_for_support",
    "data_categories": ["contact_safe", "health"],
    "reason": "child_at_risk",
    "until": (TODAY + timedelta(days=30)).isoformat(),
}
AT_ONCE = {**PROPOSAL, "reason": "immediate_danger_to_life"}


def proposed(client: Client, case: str, body: dict[str, Any] = PROPOSAL) -> str:
    return str(told(client.ask("POST", f"/v1/cases/{case}/sharings", body), 201)["id"])


def officer(door: RequestPipeline) -> Client:
    return Client(door, "data_protection_officer")


def decided(door: RequestPipeline, case: str, which: str, *, approves: bool, status: int = 200) -> Any:
    who, path = officer(door), f"/v1/cases/{case}/sharings"
    seen = who.ask("GET", path)
    assert [each["id"] for each in told(seen)["sharings"]] == [which]
    decision = {"approves": approves}
    return told(who.ask("POST", f"{path}/{which}/decision", decision, If_Match=seen.headers["ETag"]), status)
