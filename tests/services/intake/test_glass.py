"""Emergency access at intake ("breaking the glass"): the roles, the duration, the notices, and the exceptions."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from werkzeug.wrappers import Response

from shared.access.break_glass import broken_glass
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client
from tests.kit.intake.cases import OPEN, opened, opened_with_version
from tests.kit.intake.standing import body_of, exclude, join, rule_of, told

pytestmark = pytest.mark.integration

REASON = {"reason": "danger_to_life"}


@pytest.fixture
def lead(door: RequestPipeline) -> Client:
    return Client(door, "caseworker")


@pytest.fixture
def officer(door: RequestPipeline) -> Client:
    return Client(door, "data_protection_officer")


def smash(client: Client, case: str) -> Response:
    return client.ask("POST", f"/v1/cases/{case}/break-glass", REASON)


def notices(client: Client) -> list[dict[str, Any]]:
    return list(body_of(client.ask("GET", "/v1/notices"))["notices"])


@pytest.mark.hazard("H-CONFIDENTIALITY-3", control="break-glass-is-announced")
def test_the_glass_opens_a_case_for_reading_and_for_four_hours(
    lead: Client, door: RequestPipeline, database: Database
) -> None:
    case, version = opened_with_version(lead)
    stranger = Client(door, "counsellor")
    assert stranger.ask("GET", f"/v1/cases/{case}").status_code == 404
    assert smash(stranger, case).status_code == 201
    assert told(database)[-2:] == ["access.glass_broken", "danger.flagged"]
    read = stranger.ask("GET", f"/v1/cases/{case}")
    assert read.status_code == 200
    assert body_of(read)["withheld"] == ["account", "identity", "location", "privileged"]
    assert not {"detections", "exclusions"} & body_of(read).keys()
    for path, body in (
        ("closure", {"reason": "goals_met"}),
        ("exclusions", {"kind": "worker", "member": str(uuid4())}),
    ):
        assert stranger.ask("POST", f"/v1/cases/{case}/{path}", body, If_Match=version).status_code == 403
    with database.transaction() as session:
        left = session.execute(update(broken_glass).values(until=datetime.now(UTC)).returning(broken_glass.c.id)).all()
    assert len(left) == 1
    assert stranger.ask("GET", f"/v1/cases/{case}").status_code == 404


def test_it_stays_open_for_four_real_hours(lead: Client, door: RequestPipeline, database: Database) -> None:
    case = opened(lead)
    before = datetime.now(UTC)
    smash(Client(door, "caseworker"), case)
    with database.transaction() as session:
        until = session.execute(broken_glass.select()).one().until
    assert before + timedelta(hours=4) <= until <= datetime.now(UTC) + timedelta(hours=4)


@pytest.mark.hazard("H-CONFIDENTIALITY-3", control="break-glass-is-announced")
def test_the_lead_and_data_protection_are_told_and_say_that_they_have_read_it(
    lead: Client, door: RequestPipeline, officer: Client
) -> None:
    case = opened(lead)
    colleague, stranger = Client(door, "caseworker"), Client(door, "caseworker")
    join(lead, case, colleague, "caseworker")
    smash(stranger, case)
    for reader in (lead, officer):
        [notice] = notices(reader)
        assert notice["case"] == case
        assert notice["member"] == str(stranger.subject)
        assert notice["reason"] == "danger_to_life"
        path = f"/v1/notices/{notice['id']}/acknowledgement"
        assert colleague.ask("POST", path).status_code == 404, "it is not for them"
        assert reader.ask("POST", path).status_code == 200
        assert notices(reader) == []
    assert notices(colleague) == notices(stranger) == []


def test_whoever_may_read_the_case_already_breaks_nothing(lead: Client, door: RequestPipeline, officer: Client) -> None:
    case = opened(lead)
    stranger = Client(door, "caseworker")
    assert rule_of(smash(lead, case)) == "glass_is_needed"
    assert smash(stranger, case).status_code == 201
    assert rule_of(smash(stranger, case)) == "glass_is_needed"
    assert len(notices(officer)) == 1


def test_whom_the_person_excluded_breaks_no_glass_and_gets_no_notice(
    lead: Client, door: RequestPipeline, officer: Client
) -> None:
    case = opened(lead)
    cousin = Client(door, "supervisor")
    smash(cousin, case)
    assert cousin.ask("GET", f"/v1/cases/{case}").status_code == 200
    for excluded in (cousin, officer):
        assert exclude(lead, case, kind="worker", member=str(excluded.subject)).status_code == 201
    assert cousin.ask("GET", f"/v1/cases/{case}").status_code == 404
    theirs, nobodys = smash(cousin, case), smash(cousin, str(uuid4()))
    assert theirs.status_code == nobodys.status_code == 404
    assert {**body_of(theirs), "instance": ""} == {**body_of(nobodys), "instance": ""}
    assert notices(officer) == []
    assert len(notices(Client(door, "data_protection_officer"))) == 1


@pytest.mark.parametrize(
    ("body", "different"),
    [
        ({}, {}),
        ({"reason": "curiosity"}, {}),
        (REASON, {"Idempotency-Key": ""}),
        (REASON, {"Idempotency-Key": "used"}),
        (REASON, {"content_type": "text/plain"}),
    ],
)
def test_what_is_wrong_with_a_try_tells_nobody_that_the_case_is_there(
    lead: Client, door: RequestPipeline, officer: Client, body: dict[str, str], different: dict[str, Any]
) -> None:
    case = opened(lead)
    stranger = Client(door, "caseworker")
    assert stranger.ask("POST", "/v1/cases", OPEN, **{"Idempotency-Key": "used"}).status_code == 201
    ours, nobodys = (
        stranger.ask("POST", f"/v1/cases/{each}/break-glass", body, **different) for each in (case, uuid4())
    )
    assert ours.status_code == nobodys.status_code == 404
    assert {**body_of(ours), "instance": ""} == {**body_of(nobodys), "instance": ""}
    assert notices(officer) == []
    assert smash(stranger, case).status_code == 201


@pytest.mark.promise("SEC-92")
@pytest.mark.parametrize(
    "different", [{"query": {"reason": "x" * 201}}, {"query": {"strange": "x"}}, {"raw": b'{"a": 1, "a": 2}'}]
)
def test_what_can_not_be_read_is_answered_before_anybody_looks_for_the_case(
    lead: Client, door: RequestPipeline, different: dict[str, Any]
) -> None:
    stranger = Client(door, "caseworker")
    cases = (opened(lead), uuid4())
    ours, nobodys = (stranger.ask("POST", f"/v1/cases/{each}/break-glass", REASON, **different) for each in cases)
    assert ours.status_code == nobodys.status_code == 400
    assert {**body_of(ours), "instance": ""} == {**body_of(nobodys), "instance": ""}


def test_a_lead_who_has_left_is_not_told_that_the_case_goes_on(lead: Client, door: RequestPipeline) -> None:
    case = opened(lead)
    smash(Client(door, "caseworker"), case)
    [notice] = notices(lead)
    version = lead.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    assert lead.ask("DELETE", f"/v1/cases/{case}/team/{lead.subject}", If_Match=version).status_code == 204
    assert notices(lead) == []
    assert lead.ask("POST", f"/v1/notices/{UUID(notice['id'])}/acknowledgement").status_code == 404


def test_a_page_of_notices_is_full_though_some_of_them_are_seen_no_more(
    lead: Client, door: RequestPipeline, officer: Client
) -> None:
    cases = [opened(lead) for _ in range(4)]
    for each in cases:
        smash(Client(door, "caseworker"), each)
    for each in cases[:2]:
        assert exclude(lead, each, kind="worker", member=str(officer.subject)).status_code == 201
    first = body_of(officer.ask("GET", "/v1/notices", query={"limit": "1"}))
    rest = body_of(officer.ask("GET", "/v1/notices", query={"limit": "1", "after": first["next"]}))
    assert [each["case"] for page in (first, rest) for each in page["notices"]] == cases[2:]
    assert rest["next"] is None
