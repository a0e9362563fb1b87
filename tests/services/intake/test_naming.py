"""Newly named staff and second persons must be registered, in a fitting role, and active. Earlier entries stay."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.staff import LEFT, Member
from shared.casework.naming import Named, check
from shared.casework.refusals import FactRefused
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.staff import AGENCY, register

TODAY = date(2026, 3, 2)
MEMBER = {"agency": AGENCY, "roles": ("caseworker",)}


@pytest.mark.parametrize(
    ("different", "rule"),
    [
        (None, "staff_is_registered"),
        ({"state": LEFT}, "staff_works"),
        ({"until": date(2026, 3, 1)}, "staff_works"),
        ({"roles": ("counsellor",)}, "staff_has_role"),
        ({"takes_cases": False}, "staff_takes_cases"),
        ({"until": TODAY}, None),
    ],
)
def test_only_who_is_registered_works_and_fits_can_be_named(different: dict[str, Any] | None, rule: str | None) -> None:
    who = uuid4()
    member = None if different is None else Member(id=who, **{**MEMBER, **different})
    named = Named(member=who, role="caseworker", takes_case=True)
    if rule is None:
        return check("member", named, member, TODAY)
    with pytest.raises(FactRefused) as refused:
        check("member", named, member, TODAY)
    assert refused.value.errors[0]["rule"] == rule
    return None


@pytest.mark.integration
def test_a_random_id_is_on_no_team_and_supervises_nobody(worker: Client, door: RequestPipeline) -> None:
    case, stranger = opened(worker), str(uuid4())
    joins = {"member": stranger, "role": "caseworker", "lead": True}
    assert rule_of(done(worker, case, "team", joins, 422)) == "staff_is_registered"
    assert rule_of(done(worker, case, "transfer", {"members": [joins]}, 422)) == "staff_is_registered"
    operator = Client(door, "operator")
    for pair in ((stranger, str(worker.subject)), (str(Client(door, "supervisor").subject), stranger)):
        both = {"supervisor": pair[0], "member": pair[1]}
        assert rule_of(told(operator.ask("POST", "/v1/supervisions", both), 422)) == "staff_is_registered"
    assert [each["member"] for each in told(worker.ask("GET", f"/v1/cases/{case}"))["team"]] == [str(worker.subject)]


@pytest.mark.integration
def test_who_was_on_a_team_before_the_register_stays_whatever_becomes_of_the_team(
    door: RequestPipeline, database: Database
) -> None:
    of_before, new = Client(door, "caseworker", registered=False), Client(door, "caseworker")
    case = opened(of_before)
    team = [
        {"member": str(of_before.subject), "role": "caseworker", "lead": False},
        {"member": str(new.subject), "role": "caseworker", "lead": True},
    ]
    done(of_before, case, "transfer", {"members": team})
    done(of_before, case, "team", {"member": str(of_before.subject), "role": "counsellor"}, 201)
    register(database, of_before.subject, "caseworker")
    again = done(of_before, case, "team", {"member": str(of_before.subject), "role": "legal_adviser"}, 422)
    assert rule_of(again) == "staff_has_role"


@pytest.mark.integration
def test_an_emergency_is_reviewed_by_somebody_who_is_registered(worker: Client, door: RequestPipeline) -> None:
    case, outsider = opened(worker), Client(door, "caseworker")
    reason = {"reason": "danger_to_life"}
    glass = UUID(told(outsider.ask("POST", f"/v1/cases/{case}/break-glass", reason), 201)["id"])
    path, outcome = f"/v1/cases/{case}/break-glass/{glass}/review", {"outcome": "needed"}
    etag = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    stranger = Client(door, "data_protection_officer", registered=False)
    refused = told(stranger.ask("POST", path, outcome, If_Match=etag), 422)
    assert rule_of(refused) == "staff_is_registered"
    told(Client(door, "data_protection_officer").ask("POST", path, outcome, If_Match=etag))
