"""Cases of one person at intake, with their clocks, and their merge."""

from typing import Any

from tests.kit.client import Client, told
from tests.kit.intake.cases import opened

SUBMITTED = {"stage": "referred", "authority": "GB.SCA", "made_elsewhere": True}
GROUNDS = {"stage": "reasonable_grounds", "outcome": "positive", "authority": "GB.SCA"}


def clocks_of(client: Client, case: str) -> dict[str, tuple[str, str | None]]:
    shown = told(client.ask("GET", f"/v1/cases/{case}"))["clocks"]
    by_rest = sorted(shown, key=lambda each: each["state"] != "resting")
    return {each["code"]: (each["state"], each["due_on"]) for each in by_rest}


def with_clocks(client: Client) -> str:
    case = opened(client, jurisdiction="GB-EAW")
    for step in (SUBMITTED, GROUNDS):
        told(client.ask("POST", f"/v1/cases/{case}/identification", step), 201)
    return case


def joined(client: Client, kept: str, other: str, status: int = 201) -> dict[str, Any]:
    return told(client.ask("POST", f"/v1/cases/{kept}/merges", {"case": other}), status)
