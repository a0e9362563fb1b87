"""People whose names intake knows, and searches for them."""

from typing import Any

from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened

GIVEN, FAMILY = {"kind": "given", "name": "Ruxandra"}, {"kind": "family", "name": "Vrânceanu, fictitious"}


def named(worker: Client, *names: dict[str, Any], birth: str | None = None) -> str:
    case = opened(worker)
    done(worker, case, "person", {"names": names or (GIVEN, FAMILY), "birth": {"date": birth}}, method="PUT")
    return case


def found(who: Client, name: str, **more: Any) -> list[tuple[str, str]]:
    answer = told(who.ask("POST", "/v1/searches", {"name": name, **more}))
    return [(each["case"], each["alike"]) for each in answer["found"]]


def see_former_details(who: Client, case: str) -> None:
    """Record the reason for which a staff member needs the person's former name."""
    told(who.ask("POST", f"/v1/cases/{case}/person/former-details", {"reason": "paper_in_former_name"}), 201)
