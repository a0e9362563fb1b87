"""A case that was just opened at another service and has not arrived yet gets *try again*, which reveals nothing."""

import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.wrappers import Response

from deploy.cli import servers
from shared.audit.trail import audit_log
from shared.events.envelope import new_id
from shared.http import denials
from shared.http.denials import ALARMING, alarms
from shared.http.route import Route, routes_of
from tests.kit.harness import Harness, add_case, harness

pytestmark = pytest.mark.integration


@pytest.fixture(params=["legal", "support"])
def service(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness(str(request.param), postgres) as service:
        yield service


def opened(service: Harness, case: UUID) -> UUID:
    """Store a case that has arrived."""
    with service.database.transaction() as session:
        add_case(session, service.name, case)
    return case


def seen(reply: Response) -> tuple[Any, ...]:
    """Return the reply that a caller sees, without the id of the request."""
    body = {**json.loads(reply.get_data(as_text=True)), "instance": ""}
    return reply.status_code, body, sorted((name, value) for name, value in reply.headers if name != "Request-Id")


def made_ago(seconds: float) -> UUID:
    """Return an id created this long ago."""
    milliseconds = int((time.time() - seconds) * 1000)
    return UUID(int=milliseconds << 80 | new_id().int & (1 << 80) - 1)


def test_who_asks_for_a_case_that_was_opened_just_now_is_asked_to_wait(service: Harness) -> None:
    reply = service.staff("caseworker").ask("GET", f"/v1/cases/{new_id()}")
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "1")
    assert json.loads(reply.get_data(as_text=True))["type"] == "urn:casepath:problem:not-here-yet"


def test_neither_an_old_id_nor_one_without_a_time_is_waited_for(service: Harness) -> None:
    worker = service.staff("caseworker")
    for seconds in (denials.AWAITED_SECONDS + 5, 86_400, -denials.AWAITED_SECONDS - 5):
        assert worker.ask("GET", f"/v1/cases/{made_ago(seconds)}").status_code == 404
    assert worker.ask("GET", f"/v1/cases/{uuid4()}").status_code == 404


def about_cases(service: Harness) -> list[Route]:
    return [route for route in routes_of(service.service_class) if route.about_case]


def test_what_is_somebody_elses_looks_like_what_was_never_there(
    service: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Try every route, with an invalid body and with none, as roles with and without access to the action."""
    # On a loaded machine, all these requests can take longer than the grace period for cases in transit.
    monkeypatch.setattr(denials, "AWAITED_SECONDS", 3600.0)
    theirs, told = opened(service, new_id()), []
    for role in ("legal_adviser", "support_worker", "supervisor", "data_protection_officer", "statistician"):
        stranger = service.staff(role)
        for route in about_cases(service):
            for body in ({"strange": 1}, {}):
                made_up = new_id()
                answers = []
                for case in (theirs, made_up):
                    path = route.path.replace("<uuid:case>", str(case))
                    while "<uuid:" in path:
                        before, _, rest = path.partition("<uuid:")
                        path = f"{before}{uuid4()}{rest.partition('>')[2]}"
                    sent = None if route.method in ("GET", "DELETE") else body
                    answers.append(seen(stranger.ask(route.method, path, sent)))
                if answers[0] != answers[1] or answers[0][0] != 503:
                    told.append((role, route.method, route.path, answers))
    assert told == []


def test_who_tries_young_ids_is_counted_as_who_tries_others(service: Harness) -> None:
    thief = service.staff("caseworker")
    for _ in range(ALARMING):
        assert thief.ask("GET", f"/v1/cases/{new_id()}").status_code == 503
    with service.database.transaction() as session:
        assert [alarm.caller for alarm in alarms(session)] == [str(thief.subject)]
        statuses = set(session.scalars(select(audit_log.c.status)))
    assert statuses == {503}


def test_once_it_is_there_it_is_shown(service: Harness) -> None:
    service.case = new_id()
    worker = service.staff("caseworker", "supervisor")
    assert worker.ask("GET", f"/v1/cases/{service.case}").status_code == 503
    opened(service, service.case)
    member = service.member("caseworker")
    assert member.ask("GET", f"/v1/cases/{service.case}").status_code == 200


def test_of_a_case_that_is_there_a_record_that_is_not_is_not_waited_for(service: Harness) -> None:
    service.case = opened(service, new_id())
    role, records = {"legal": ("legal_adviser", "advice"), "support": ("support_worker", "needs")}[service.name]
    path = f"/v1/cases/{service.case}/{records}/{uuid4()}/correction"
    assert service.member(role).ask("POST", path, {"reason": "not_so"}).status_code == 404


def test_where_cases_are_opened_nothing_is_waited_for(postgres: servers.PostgresServer) -> None:
    with harness("intake", postgres) as intake:
        assert intake.staff("caseworker").ask("GET", f"/v1/cases/{new_id()}").status_code == 404
