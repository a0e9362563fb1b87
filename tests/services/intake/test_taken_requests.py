"""Staff who take a request that waits at support join the team, if the rules for members allow it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.access import exclusions
from shared.access.exclusions import Exclusion
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened
from tests.kit.intake.heard import answer, received
from tests.kit.staff import register

pytestmark = pytest.mark.integration


@pytest.fixture
def case(worker: Client) -> str:
    return opened(worker)


@pytest.fixture
def counsellor(door: RequestPipeline, database: Database) -> Client:
    member = Client(door, "counsellor")
    register(database, member.subject, "counsellor")
    return member


def takes(database: Database, case: str, who: Client, position: int = 1, role: str = "counsellor") -> None:
    stated: dict[str, Any] = {"item": str(uuid4()), "member": str(who.subject), "role": role}
    answer(database, received(case, "support.waiting.taken", position, **stated))


def team(worker: Client, case: str) -> dict[str, tuple[str, bool]]:
    shown = told(worker.ask("GET", f"/v1/cases/{case}"))["team"]
    return {each["member"]: (each["role"], each["lead"]) for each in shown}


def notices(who: Client) -> list[tuple[str, str]]:
    shown = told(who.ask("GET", "/v1/notices"))["notices"]
    return [(each["case"], each["member"]) for each in shown if each["kind"] == "waiting_taken"]


@pytest.mark.hazard("H-CONFIDENTIALITY-33", control="taker-joins-by-the-rules")
def test_the_taker_joins_the_team_and_the_lead_is_notified(
    worker: Client, counsellor: Client, case: str, database: Database
) -> None:
    takes(database, case, counsellor)
    assert team(worker, case)[str(counsellor.subject)] == ("counsellor", False)
    assert notices(worker) == [(case, str(counsellor.subject))]
    with database.transaction() as session:
        names = session.execute(text("select name from event_log order by serial")).scalars().all()
    assert names[-1] == "team.member_added"


@pytest.mark.hazard("H-CONFIDENTIALITY-33", control="taker-joins-by-the-rules")
def test_excluded_staff_and_staff_without_the_role_do_not_join(
    worker: Client, counsellor: Client, case: str, door: RequestPipeline, database: Database
) -> None:
    with database.transaction() as session:
        exclusions.keep(session, Exclusion(uuid4(), UUID(case), "worker", counsellor.subject, None))
    takes(database, case, counsellor)
    without_role = Client(door, "counsellor")
    register(database, without_role.subject, "counsellor")
    takes(database, case, without_role, 2, role="support_worker")
    assert list(team(worker, case)) == [str(worker.subject)]
    assert notices(worker) == []


@pytest.mark.hazard("H-CONFIDENTIALITY-33", control="taker-joins-by-the-rules")
def test_staff_of_another_agency_do_not_join(
    worker: Client, case: str, door: RequestPipeline, database: Database
) -> None:
    elsewhere = Client(door, "counsellor")
    register(database, elsewhere.subject, "counsellor", agency=uuid4())
    takes(database, case, elsewhere)
    assert str(elsewhere.subject) not in team(worker, case)


@pytest.mark.hazard("H-CONFIDENTIALITY-33", control="taker-joins-by-the-rules")
def test_no_one_joins_a_closed_case(worker: Client, counsellor: Client, case: str, database: Database) -> None:
    done(worker, case, "closure", {"reason": "goals_met"})
    takes(database, case, counsellor)
    assert str(counsellor.subject) not in team(worker, case)


def test_the_lead_who_takes_a_request_stays_the_lead(worker: Client, case: str, database: Database) -> None:
    takes(database, case, worker)
    assert team(worker, case)[str(worker.subject)][1] is True
