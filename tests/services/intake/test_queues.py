"""Queues across cases: the items that a staff member decides or is responsible for, without cases hidden from them."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import errors
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from services.intake.access.staff_access.models import GlassReview
from services.intake.cases.work.rules.queues import Place, place_of, read_place
from services.intake.facts.case.models import Case, TeamMember
from shared.access import exclusions, staff
from shared.access.endings import endings
from shared.access.supervisions import supervisions
from shared.casework import dates
from shared.deadlines import clocks
from shared.http import RequestPipeline
from shared.reference import codes
from shared.store.database import Database
from tests.kit.agencies import id_of
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened
from tests.kit.intake.heard import hear, received
from tests.kit.staff import register

pytestmark = pytest.mark.integration

OFFICERS, SUPERVISORS = "/v1/queues/data-protection", "/v1/queues/supervision"


@pytest.fixture
def officer(door: RequestPipeline) -> Client:
    return Client(door, "data_protection_officer")


@pytest.fixture
def supervisor(door: RequestPipeline, database: Database, worker: Client) -> Client:
    """A supervisor of the worker."""
    client = Client(door, "supervisor")
    with database.transaction() as session:
        session.execute(insert(supervisions).values(supervisor=client.subject, member=worker.subject))
    return client


def entries(client: Client, path: str, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(client.ask("GET", path, query=query))["entries"]
    return found


def kinds(client: Client, path: str, case: str) -> list[str]:
    return [entry["kind"] for entry in entries(client, path) if entry["case"] == case]


def exclude(database: Database, case: str, who: Client) -> None:
    with database.transaction() as session:
        exclusions.keep(session, exclusions.Exclusion(uuid4(), UUID(case), "worker", who.subject, None))


@given(st.dates(), st.sampled_from(sorted(codes("queue_item"))), st.uuids(), st.sampled_from(["", ":period:GB.RG"]))
def test_a_cursor_is_read_as_it_was_written(day: date, kind: str, record: UUID, more: str) -> None:
    place = Place(day, kind, f"{record}{more}")
    assert read_place(place.written()) == place == place_of({"place": day, "kind": kind, "entry": place.entry})


def test_data_protection_has_each_request_until_it_is_answered(
    worker: Client, officer: Client, database: Database
) -> None:
    case = opened(worker)
    told(worker.ask("POST", f"/v1/cases/{case}/access-requests", {"kind": "copy", "received_on": "2026-01-31"}), 201)
    demand = {"demanded_by": "police", "basis": "court_order", "asked": ["account"]}
    told(worker.ask("POST", f"/v1/cases/{case}/disclosures", demand), 201)
    asked = told(worker.ask("POST", f"/v1/cases/{case}/erasure-requests", {"reason": "asked_for_by_the_person"}), 201)[
        "id"
    ]
    with database.transaction() as session:
        opening = {"member": uuid4(), "reason": "danger_to_life", "opened_at": datetime(2026, 3, 2, tzinfo=UTC)}
        session.execute(insert(GlassReview).values(id=uuid4(), case_id=UUID(case), **opening))
    found = {entry["kind"]: entry for entry in entries(officer, OFFICERS)}
    assert set(found) == {
        "access_request",
        "disclosure_to_decide",
        "erasure_to_examine",
        "emergency_to_review",
        "rights_period",
    }
    assert found["access_request"]["due_on"] == "2026-02-28"
    assert found["erasure_to_examine"]["reference"] == asked
    assert found["erasure_to_examine"]["since"] < found["erasure_to_examine"]["due_on"]
    assert {entry["case"] for entry in found.values()} == {case}

    version = officer.ask("GET", f"/v1/cases/{case}/erasure-requests").headers["ETag"]
    path = f"/v1/cases/{case}/erasure-requests/{asked}/decision"
    told(officer.ask("POST", path, {"decision": "lift"}, If_Match=version))
    assert "erasure_to_examine" not in kinds(officer, OFFICERS, case)


def test_the_periods_of_rights_and_breaches_are_data_protections(
    worker: Client, officer: Client, database: Database
) -> None:
    case = opened(worker)
    of_right = {
        "jurisdiction": "NL",
        "kind": "target",
        "rule_version": "2018-05-25",
        "began_on": date(2026, 3, 2),
        "verify": False,
        "late_filing": False,
        "due_on": date(2026, 4, 2),
    }
    with database.transaction() as session:
        for code, state in (("PRIV.RIGHTS", "running"), ("PRIV.BREACH", "missed"), ("NL.REFLECTION_MAX", "running")):
            row = {"id": uuid4(), "subject": UUID(case), "code": code, "state": state, **of_right}
            session.execute(insert(clocks).values(**row))
    shown = {(entry["code"], entry["state"]) for entry in entries(officer, OFFICERS)}
    assert shown == {("PRIV.RIGHTS", "running"), ("PRIV.BREACH", "missed")}


def test_of_a_person_who_excluded_them_no_queue_tells_anything(
    worker: Client, officer: Client, supervisor: Client, database: Database
) -> None:
    case, other = opened(worker), opened(worker)
    for each in (case, other):
        body = {"kind": "copy", "received_on": "2026-01-31"}
        told(worker.ask("POST", f"/v1/cases/{each}/access-requests", body), 201)
    # Each case has the request, and the month that the law allows for it.
    assert len(entries(officer, OFFICERS)) == len(entries(supervisor, SUPERVISORS)) == 4
    for client, path in ((officer, OFFICERS), (supervisor, SUPERVISORS)):
        exclude(database, case, client)
        whole = told(client.ask("GET", path, query={"limit": "2"}))
        assert [entry["case"] for entry in whole["entries"]] == [other, other]
        assert whole["next"] is None
        assert case not in str(told(client.ask("GET", path)))


def test_a_supervisor_sees_overdue_work_of_the_people_they_supervise_only(
    worker: Client, door: RequestPipeline, supervisor: Client, database: Database
) -> None:
    case, stranger = opened(worker), Client(door, "caseworker")
    others = opened(stranger)
    for each in (case, others):
        needs = ["medical_emergency", "accommodation_emergency"]
        hear(database, received(each, "support.urgent_need.noted", needs=needs))
    shown = [(entry["case"], entry["kind"], entry["what"], entry["code"]) for entry in entries(supervisor, SUPERVISORS)]
    assert shown == [
        (case, "overdue", "urgent_need", "accommodation_emergency"),
        (case, "overdue", "urgent_need", "medical_emergency"),
    ]
    assert all(entry["days_late"] > 0 for entry in entries(supervisor, SUPERVISORS))
    done(worker, case, "closure", {"reason": "moved_on", "although_open": "other"})
    assert entries(supervisor, SUPERVISORS) == []


def test_page_by_page_each_entry_comes_once(worker: Client, supervisor: Client, database: Database) -> None:
    for _ in range(3):
        needs = ["medical_emergency", "accommodation_emergency", "food_and_clothing"]
        hear(database, received(opened(worker), "support.urgent_need.noted", needs=needs))
    seen: list[dict[str, Any]] = []
    query = {"limit": "2"}
    while True:
        page = told(supervisor.ask("GET", SUPERVISORS, query=query))
        seen += page["entries"]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert seen == entries(supervisor, SUPERVISORS)
    assert len(seen) == 9
    for wrong in ("x", "2026-01-01~overdue", "~~", "2026-13-01~overdue~x", f"2026-01-01~a b~{uuid4()}"):
        assert supervisor.ask("GET", SUPERVISORS, query={"after": wrong}).status_code == 400


def test_a_case_that_nobody_answers_for_is_its_supervisors_first(
    worker: Client, door: RequestPipeline, supervisor: Client, database: Database
) -> None:
    case = opened(worker)
    hear(database, received(case, "support.urgent_need.noted", needs=["medical_emergency"]))
    assert kinds(supervisor, SUPERVISORS, case) == ["overdue"]
    ending = {"id": uuid4(), "member": worker.subject, "state": "ended", "ended_by": uuid4()}
    with database.transaction() as session:
        until = datetime.now(UTC) + timedelta(days=1)
        session.execute(insert(endings).values(ended_at=datetime.now(UTC), until=until, **ending))
    assert kinds(supervisor, SUPERVISORS, case) == ["nobody_reachable", "overdue"]
    stranger = Client(door, "supervisor")
    assert entries(stranger, SUPERVISORS) == []

    body = {"member": worker.colleague("support_worker"), "role": "support_worker"}
    version = supervisor.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    told(supervisor.ask("POST", f"/v1/cases/{case}/team", body, If_Match=version), 201)
    assert kinds(supervisor, SUPERVISORS, case) == ["no_lead", "overdue"]


def test_a_case_that_its_whole_team_has_left_is_every_supervisors(worker: Client, door: RequestPipeline) -> None:
    case, stranger = opened(worker), Client(door, "supervisor")
    done(worker, case, f"team/{worker.subject}", method="DELETE", status=204)
    [entry] = entries(stranger, SUPERVISORS)
    assert (entry["kind"], entry["case"], entry["due_on"]) == ("no_team", case, None)
    assert told(stranger.ask("GET", f"/v1/cases/{case}"))["number"] == entry["number"]

    version = stranger.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    body = {"member": str(worker.subject), "role": "caseworker", "lead": True}
    told(stranger.ask("POST", f"/v1/cases/{case}/team", body, If_Match=version), 201)
    assert entries(stranger, SUPERVISORS) == []


def test_whatever_changes_a_team_it_is_known_whether_there_is_one(worker: Client, database: Database) -> None:
    """This includes changes that no action of today makes: only this record finds a case without anyone responsible."""
    case, chance, first = UUID(opened(worker)), random.Random(7), UUID(str(worker.subject))
    on_team, colleagues = {first}, [first, uuid4(), uuid4()]
    seen = set()
    for _ in range(60):
        joins, leave = chance.sample(colleagues, chance.randrange(3)), chance.sample(colleagues, chance.randrange(4))
        with database.transaction() as session:
            for member in set(joins) - on_team:
                row = {"case_id": case, "member": member, "role": "caseworker", "lead": False}
                session.execute(insert(TeamMember).values(**row))
            session.execute(delete(TeamMember).where(TeamMember.case_id == case, TeamMember.member.in_(leave)))
            on_team = (on_team | set(joins)) - set(leave)
            session.flush()
            has_team = session.execute(select(Case.has_team).where(Case.id == case)).scalar_one()
        assert has_team is bool(on_team)
        seen.add(has_team)
    assert seen == {True, False}


def test_of_two_who_leave_a_team_at_one_time_the_second_waits_for_the_first(worker: Client, database: Database) -> None:
    """Otherwise each transaction would still see the other member, and no event would say that the case has no team."""
    case, first, second = UUID(opened(worker)), UUID(str(worker.subject)), uuid4()
    with database.transaction() as session:
        session.execute(insert(TeamMember).values(case_id=case, member=second, role="caseworker", lead=False))

    def leaves(session: Session, member: UUID) -> None:
        session.execute(text("set local lock_timeout = '1s'"))
        session.execute(delete(TeamMember).where(TeamMember.case_id == case, TeamMember.member == member))

    with database.transaction() as session:
        leaves(session, first)
        with pytest.raises(OperationalError) as refused, database.transaction() as another:
            leaves(another, second)
        assert isinstance(refused.value.orig, errors.LockNotAvailable)
    with database.transaction() as session:
        leaves(session, second)
        assert session.execute(select(Case.has_team).where(Case.id == case)).scalar_one() is False


@pytest.mark.parametrize("role", [role for role in sorted(codes("staff_role")) if role != "supervisor"])
def test_the_supervision_queue_is_for_supervisors(door: RequestPipeline, role: str) -> None:
    assert Client(door, role).ask("GET", SUPERVISORS).status_code == 403


def test_data_protection_sees_requests_to_erase_at_once_and_others_when_late(worker: Client, officer: Client) -> None:
    case = opened(worker)
    consent = {
        "purposes": ["referral_for_support"],
        "data_categories": ["health"],
        "language": "bg",
        "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
        "expires_on": (datetime.now(UTC).date() + timedelta(days=300)).isoformat(),
    }
    granted = {
        agency: told(worker.ask("POST", f"/v1/cases/{case}/consents", {**consent, "agency": agency}), 201)["id"]
        for agency in ("NL.COMENSHA", "NL.KMAR")
    }
    for agency, erase in (("NL.COMENSHA", True), ("NL.KMAR", False)):
        done(worker, case, f"consents/{granted[agency]}/withdrawal", {"erase_requested": erase})
    found = [entry for entry in entries(officer, OFFICERS) if entry["kind"] == "withdrawal_unanswered"]
    assert [(entry["code"], entry["reference"]) for entry in found] == [(id_of("NL.COMENSHA"), granted["NL.COMENSHA"])]
    answer = {"answer": "deleted"}
    told(worker.ask("POST", f"/v1/cases/{case}/consents/{granted['NL.COMENSHA']}/answers", answer), 201)
    assert "withdrawal_unanswered" not in kinds(officer, OFFICERS, case)


#: The agency of the staff who leave in these tests; no other test uses it.
HOUSE, ELSEWHERE = UUID(int=11), UUID(int=12)


def day() -> date:
    """Return today's date, as the queues use it."""
    return dates.today(datetime.now(UTC), None)


def leavers(client: Client, path: str = SUPERVISORS) -> list[tuple[str, str, str, int]]:
    kinds = ("member_leaving", "member_gone")
    return [
        (entry["kind"], entry["reference"], entry["due_on"], entry["days_late"])
        for entry in entries(client, path)
        if entry["kind"] in kinds and entry["case"] is None
    ]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (None, None),
        (15, None),
        (14, ("member_leaving", 0)),
        (0, ("member_leaving", 0)),
        (-1, ("member_gone", 1)),
        (-40, ("member_gone", 40)),
    ],
)
def test_staff_who_leave_in_two_weeks_or_left_are_queued_while_they_have_cases(
    worker: Client, supervisor: Client, database: Database, until: int | None, expected: tuple[str, int] | None
) -> None:
    opened(worker)
    last_day = None if until is None else day() + timedelta(days=until)
    register(database, worker.subject, "caseworker", until=last_day)
    shown = [] if expected is None else [(expected[0], str(worker.subject), str(last_day), expected[1])]
    assert leavers(supervisor) == shown


def test_staff_without_open_cases_or_supervision_leave_without_a_queue_entry(
    worker: Client, supervisor: Client, database: Database
) -> None:
    yesterday = day() - timedelta(days=1)
    case = opened(worker)
    register(database, worker.subject, "caseworker", until=yesterday)
    assert len(leavers(supervisor)) == 1
    register(database, worker.subject, "caseworker", until=None)
    done(worker, case, "closure", {"reason": "moved_on", "although_open": "other"})
    register(database, worker.subject, "caseworker", until=yesterday)
    assert leavers(supervisor) == []
    with database.transaction() as session:
        session.execute(insert(supervisions).values(supervisor=worker.subject, member=uuid4()))
    assert len(leavers(supervisor)) == 1
    with database.transaction() as session:
        staff.leave(session, worker.subject)
    assert leavers(supervisor) == []


def test_staff_without_a_supervisor_are_reported_to_their_agency_or_data_protection(
    worker: Client, door: RequestPipeline, officer: Client, database: Database
) -> None:
    opened(worker)
    tomorrow = day() + timedelta(days=1)
    register(database, worker.subject, "caseworker", agency=HOUSE, until=tomorrow)
    there, elsewhere = Client(door, "supervisor"), Client(door, "supervisor")
    register(database, elsewhere.subject, "supervisor", agency=ELSEWHERE)
    shown = [("member_leaving", str(worker.subject), str(tomorrow), 0)]
    assert (leavers(elsewhere), leavers(officer, OFFICERS)) == ([], shown)
    register(database, there.subject, "supervisor", agency=HOUSE)
    assert (leavers(there), leavers(elsewhere), leavers(officer, OFFICERS)) == (shown, [], [])
    with database.transaction() as session:
        session.execute(insert(supervisions).values(supervisor=elsewhere.subject, member=worker.subject))
    assert (leavers(there), leavers(elsewhere), leavers(officer, OFFICERS)) == ([], shown, [])
    with database.transaction() as session:
        staff.leave(session, elsewhere.subject)
    assert leavers(there) == shown, "who left answers for nobody"


def test_a_supervisor_who_leaves_is_not_the_one_who_is_told_of_it(
    door: RequestPipeline, officer: Client, database: Database
) -> None:
    leaver, colleague = Client(door, "supervisor"), Client(door, "supervisor")
    tomorrow = day() + timedelta(days=1)
    register(database, leaver.subject, "supervisor", agency=HOUSE, until=tomorrow)
    with database.transaction() as session:
        session.execute(insert(supervisions).values(supervisor=leaver.subject, member=uuid4()))
    assert (leavers(leaver), len(leavers(officer, OFFICERS))) == ([], 1)
    register(database, colleague.subject, "supervisor", agency=HOUSE)
    assert (len(leavers(colleague)), leavers(officer, OFFICERS)) == (1, [])


@pytest.mark.hazard("H-PRIVILEGE-2", control="conflict-on-supervision-list")
def test_a_certain_conflict_of_interest_waits_for_supervisors_until_it_is_decided(
    door: RequestPipeline, worker: Client, supervisor: Client, database: Database
) -> None:
    case, conflict, found_on = opened(worker), str(uuid4()), dates.today(datetime.now(UTC), None) - timedelta(days=2)
    colleague, outsider = Client(door, "supervisor"), Client(door, "supervisor")
    register(database, outsider.subject, agency=uuid4())
    days = {"found_on": str(found_on), "decide_by": str(found_on + timedelta(days=3))}
    everybody = (supervisor, colleague, outsider)

    def shown() -> list[list[str]]:
        return [kinds(each, SUPERVISORS, case) for each in everybody]

    assert shown() == [[], [], []]
    hear(database, received(case, "legal.conflict.found", 1, conflict=conflict, **days))
    [entry] = [entry for entry in entries(supervisor, SUPERVISORS) if entry["case"] == case]
    assert (entry["kind"], entry["reference"], entry["since"], entry["due_on"], entry["days_late"]) == (
        *("conflict_of_interest", conflict, str(found_on), days["decide_by"]),
        0,
    )
    assert shown() == [["conflict_of_interest"], [], []]
    assert "conflict" not in str(told(worker.ask("GET", "/v1/work-list")))
    assert "conflict" not in str(told(worker.ask("GET", f"/v1/cases/{case}"))["due"])
    hear(database, received(case, "legal.conflict.escalated", 2, conflict=conflict))
    assert shown() == [["conflict_of_interest"], ["conflict_of_interest"], []]
    hear(database, received(case, "legal.conflict.decided", 3, conflict=conflict))
    assert shown() == [[], [], []]
    hear(database, received(case, "legal.conflict.escalated", 4, conflict=conflict))
    assert shown() == [[], [], []], "what was decided does not come back"
