"""Each kind of correction applies to one record of one case, is announced once, and changes nothing if refused."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from deploy.cli import servers
from shared.audit.trail import audit_log
from shared.casework.corrections import CORRECTED
from shared.exchange.eventlog import event_log
from tests.kit.client import Client
from tests.kit.harness import Harness, add_case, harness
from tests.kit.hearing import hear
from tests.kit.matters import opened

pytestmark = pytest.mark.integration

NOW: Final = datetime(2025, 12, 4, 12, tzinfo=UTC)
DAY: Final = "2025-12-01"
OTHER_DAY: Final = "2025-12-02"
TOMORROW: Final = "2025-12-05"
CASE: Final = {"age": "adult", "opened_on": "2025-11-03"}
DECISION: Final = {
    "stage": "reasonable_grounds",
    "authority": None,
    "made_elsewhere": True,
    "occurred_on": DAY,
    "received_on": DAY,
    "outcome": "negative",
    "reconsidered": None,
}
ADVICE: Final = {
    "phase": "before_entry_decision",
    "status": "given",
    "funding": "none",
    "language": "ro",
    "interpreter": False,
    "given_on": DAY,
}
DEPENDANT: Final = {
    "relation": "child",
    "age": "5_11",
    "whereabouts": "with_person",
    "care": "person",
    "noted_on": DAY,
}
OUTCOMES: Final = [{"outcome": "long_term_consistent_support", "services": ["counselling"]}]
TRANSITION: Final = {"outcomes": OUTCOMES, "leaves_on": "2026-01-15", "agreed_on": DAY}
DETECTION: Final = {
    "indicators": ["deception"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["FalsePromises"],
    "sectors": [],
    "detector": "ngo",
}

#: Creates a record as a member of the case's team, and returns its address below the case.
Make = Callable[[Client], str]


def posted(member: Client, path: str, **body: Any) -> str:
    return f"{path}/{member.told('POST', path, body, 201)['id']}"


def record(path: str, **body: Any) -> Make:
    return lambda member: posted(member, path, **body)


def in_file(path: str, **body: Any) -> Make:
    """Return a function that creates a record in a new matter file."""
    return lambda adviser: posted(adviser, f"{opened(adviser)}/{path}", **body)


def part(whole: Make, path: str, **body: Any) -> Make:
    """Return a function that creates a part of a new record."""
    return lambda member: posted(member, f"{whole(member)}/{path}", **body)


def session_of_course(counsellor: Client) -> str:
    course = posted(counsellor, "counselling", modality="group", started_on=DAY).partition("/")[2]
    return posted(counsellor, "counselling-sessions", course=course, attendance="came", held_on=DAY)


def check_in(worker: Client) -> str:
    tried = posted(worker, f"{posted(worker, 'transitions', **TRANSITION)}/check-ins", way="phone", reached=False)
    return f"check-ins/{tried.rpartition('/')[2]}"


def alert_call(worker: Client) -> str:
    alert = posted(worker, "alerts", danger_type="trafficker_contact", urgency="today")
    called = posted(worker, f"{alert}/calls", called="police", outcome="not_answered")
    return f"alert-calls/{called.rpartition('/')[2]}"


def notification(worker: Client) -> str:
    posted(worker, "detections", **DETECTION)
    worker.told("POST", "entry-decisions", {"decision": "decline", "advice": "given"}, 201)
    return posted(worker, "notifications", body="police", reported_on=DAY)


@dataclass(frozen=True)
class Kind:
    """A kind of record: its author, how to create it, a valid correction, and a correction that is refused."""

    service: str
    role: str
    make: Make
    correction: Mapping[str, Any]
    refused: Mapping[str, Any]
    jurisdiction: str = "NL"
    #: Neither an event nor the case's version shows that a matter file was corrected.
    is_of_file: bool = False


def of_day(service: str, role: str, make: Make, field: str, **more: Any) -> Kind:
    """Return a kind whose day can be corrected, but not to a future day."""
    return Kind(service, role, make, {field: OTHER_DAY}, {field: TOMORROW}, **more)


HEARING: Final = in_file("hearings", kind="trial", held_on="2026-06-08")
PROCEEDING: Final = in_file("proceedings", kind="criminal", person_role="injured_party", began_on=DAY)
PROTECTION: Final = in_file("protections", kind="residence", basis="NL.B8_3_REPORT")
ADVISER: Final = ("legal", "legal_adviser")
COUNSELLOR: Final = ("support", "counsellor")
WORKER: Final = ("support", "support_worker")
KINDS: Final[Mapping[str, Kind]] = {
    "service": of_day(
        *COUNSELLOR, record("services", service_type="documents", urgent=True, delivered_on=DAY), "delivered_on"
    ),
    "urgent_need": of_day(*COUNSELLOR, record("needs", service_type="medical", noted_on=DAY), "noted_on"),
    "plan": Kind(
        *COUNSELLOR,
        record("plans", goal_types=["Health"], person_has_copy=True, agreed_on=DAY),
        {"goal_types": ["Legal", "Health"]},
        {"review_on": "2025-11-30"},
    ),
    "counselling_session": of_day(*COUNSELLOR, session_of_course, "held_on"),
    "practical_help": of_day(*WORKER, record("practical-help", service_type="documents", asked_on=DAY), "asked_on"),
    "counselling_request": of_day(
        *COUNSELLOR,
        record("counselling-requests", modalities=["one_to_one"], waits_because="language", asked_on=DAY),
        "asked_on",
    ),
    "dependant": of_day(*COUNSELLOR, record("dependants", **DEPENDANT), "noted_on"),
    "entitlement": Kind(
        *WORKER,
        record("entitlements", entitlement="NL.REFLECTION_SHELTER", started_on=DAY),
        {"ends_on": "2026-02-20"},
        {"started_on": TOMORROW},
    ),
    "transition": of_day(*WORKER, record("transitions", **TRANSITION), "agreed_on"),
    "check_in": of_day(*WORKER, check_in, "tried_on"),
    "alert_call": of_day(*WORKER, alert_call, "called_on"),
    "placement": of_day(*WORKER, record("placements", accommodation_type="safe_house", offered_on=DAY), "offered_on"),
    "legal_advice": of_day(*ADVISER, record("advice", **ADVICE), "given_on"),
    "reconsideration": of_day(
        *ADVISER,
        record("reconsiderations", stage="reasonable_grounds", ground="new_evidence", requested_on=DAY),
        "requested_on",
        jurisdiction="GB-EAW",
    ),
    "compensation": of_day(*ADVISER, record("matters", remedy="NL.SCHADEFONDS", opened_on=DAY), "opened_on"),
    "hearing": Kind(*ADVISER, HEARING, {"held_on": "2026-06-09"}, {"state": "held"}, is_of_file=True),
    "hearing_measure": of_day(
        *ADVISER,
        part(HEARING, "measures", measure="screen", state="asked", wish="wanted", happened_on=DAY),
        "happened_on",
        is_of_file=True,
    ),
    "proceeding": of_day(*ADVISER, PROCEEDING, "began_on", is_of_file=True),
    "defendant": Kind(
        *ADVISER,
        part(PROCEEDING, "defendants", charges=["trafficking"]),
        {"charges": ["violence"]},
        {"party": str(uuid4())},
        is_of_file=True,
    ),
    "proceeding_step": of_day(
        *ADVISER, part(PROCEEDING, "steps", stage="reported", happened_on=DAY), "happened_on", is_of_file=True
    ),
    "protection": Kind(*ADVISER, PROTECTION, {"basis": "NL.REFLECTION"}, {"acted_on": TOMORROW}, is_of_file=True),
    "protection_step": of_day(
        *ADVISER, part(PROTECTION, "steps", step="applied", happened_on=DAY), "happened_on", is_of_file=True
    ),
    "account": of_day("intake", "caseworker", record("accounts", given_on=DAY), "given_on"),
    "notification": of_day("intake", "caseworker", notification, "reported_on", jurisdiction="GB-EAW"),
    "safe_contact": Kind(
        *("intake", "caseworker"),
        record("contact-attempts", channel="phone", outcome="was_unsafe"),
        {"channel": "sms"},
        {"at": f"{TOMORROW}T10:00:00Z"},
    ),
}


#: Opens a new case at the service of a kind.
Open = Callable[[Kind], Harness]


@pytest.fixture(scope="module")
def opening(postgres: servers.PostgresServer) -> Iterator[Open]:
    """Start each service once, for all kinds of its records."""
    made: dict[tuple[str, str], Harness] = {}
    with ExitStack() as stack:

        def open_case(kind: Kind) -> Harness:
            key = (kind.service, kind.jurisdiction)
            if key not in made:
                made[key] = stack.enter_context(harness(kind.service, postgres, kind.jurisdiction))
                made[key].move_clock(NOW)
            service = replace(made[key], case=uuid4())
            with service.database.transaction() as session:
                add_case(session, kind.service, service.case, kind.jurisdiction)
            return service

        yield open_case


def recorded(kind: Kind, opening: Open) -> tuple[Harness, Client, str]:
    """Create a record of this kind; return the service, a member of the team, and the record's address."""
    service = opening(kind)
    if kind.service == "legal":
        where = {"jurisdiction": kind.jurisdiction}
        hear(service, ("contact.opened", CASE | where), ("identification.decided", DECISION | where))
    member = service.member(kind.role, lead=True)
    return service, member, kind.make(member)


def other_case(service: Harness, member: Client) -> str:
    """Store another case with the same member on its team."""
    other, team = uuid4(), service.parts.migrations.metadata[-1].tables["case_team"]
    with service.database.transaction() as session:
        add_case(session, service.name, other)
        values = {"case_id": other, "member": member.subject, "role": member.roles[0], "lead": True}
        session.execute(insert(team).values(**values))
    return str(other)


def kept(service: Harness) -> Mapping[str, object]:
    """Return all rows of the service's own tables, and its events."""
    with service.database.transaction() as session:
        tables = (*service.parts.migrations.metadata[-1].sorted_tables, event_log)
        return {table.name: sorted(map(repr, session.execute(select(table)).all())) for table in tables}


def audited(service: Harness) -> list[tuple[str, int]]:
    with service.database.transaction() as session:
        rows = session.execute(select(audit_log.c.action, audit_log.c.status).order_by(audit_log.c.number)).all()
    return [(row.action, row.status) for row in rows]


def corrections_of(service: Harness) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the stored corrections of the case: kind, id and former values of the record."""
    tables = service.parts.migrations.metadata[-1].sorted_tables
    with service.database.transaction() as session:
        return [
            (row.record_class, str(row.record), row.was)
            for table in tables
            if {"record_class", "was"} <= set(table.columns.keys())
            for row in session.execute(select(table).where(table.c.case_id == service.case))
        ]


def case_version(member: Client) -> str:
    return str(member.ask("GET", "").headers["ETag"])


@pytest.mark.parametrize("record_class", KINDS)
def test_a_correction_keeps_what_was_and_is_announced_and_audited_once(record_class: str, opening: Open) -> None:
    kind = KINDS[record_class]
    service, member, path = recorded(kind, opening)
    version, events, entries = case_version(member), len(service.announced()), len(audited(service))
    reply = member.ask("POST", f"{path}/correction", {"reason": "wrong_code", **kind.correction})
    assert reply.status_code == 201
    assert [status for _action, status in audited(service)[entries:]] == [201]
    [(stored_class, record_id, was)] = corrections_of(service)
    assert (stored_class, record_id, was.keys()) == (record_class, path.rpartition("/")[2], kind.correction.keys())
    told = [data for name, data in service.announced()[events:] if name == CORRECTED.name]
    announced = {"record": record_id, "record_class": record_class, "revision": 2, "reason": "wrong_code"}
    assert told == ([] if kind.is_of_file else [announced])
    assert reply.headers.get("ETag") == (None if kind.is_of_file else case_version(member))
    assert (case_version(member) == version) is kind.is_of_file


@pytest.mark.parametrize("record_class", KINDS)
def test_a_refused_correction_changes_nothing(record_class: str, opening: Open) -> None:
    kind = KINDS[record_class]
    service, member, path = recorded(kind, opening)
    correction, own = {"reason": "wrong_code", **kind.correction}, f"{path}/correction"
    elsewhere = f"/v1/cases/{other_case(service, member)}/{path}/correction"
    unknown = f"{path.rpartition('/')[0]}/{uuid4()}/correction"
    before = kept(service)
    for address, body, status in (
        (elsewhere, correction, 404),
        (unknown, correction, 404),
        (own, {"reason": "wrong_code"}, 422),
        (own, {"reason": "wrong_code", **kind.refused}, 422),
        (own, {"reason": "not_so", **kind.correction}, 422),
    ):
        assert (member.ask("POST", address, body).status_code, kept(service)) == (status, before), (address, body)
    member.told("POST", own, {"reason": "not_so"}, 201)
    before = kept(service)
    for body in (correction, {"reason": "not_so"}):
        assert (member.ask("POST", own, body).status_code, kept(service)) == (409, before), body
