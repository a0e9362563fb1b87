"""Staff long-poll support for alerts: waits occupy no worker, are bounded, and end only for their own alerts."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from werkzeug.routing import Map
from werkzeug.wrappers import Response

from deploy.cli import servers
from services.support.risks.alert import actions
from shared.audit.trail import audit_log
from shared.http.rates import AskedTooManyAtOnce
from shared.http.server import bounds
from shared.http.server.front import Front
from shared.http.server.waits import NothingNew, Waits
from tests.kit.alerts import DANGER, RAISED, acknowledge, fire
from tests.kit.client import Client, told
from tests.kit.harness import Harness, harness
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.integration


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        found.move_clock(RAISED)
        yield found


def alerts(who: Client, **query: str) -> dict[str, Any]:
    return told(who.ask("GET", "/v1/alerts", query=query))


def test_a_mark_is_shown_only_where_it_is_asked_for(support: Harness) -> None:
    worker = support.member("support_worker")
    assert "mark" not in alerts(worker)
    assert alerts(worker, after="")["mark"] == alerts(worker, after="x", wait="5")["mark"]


def test_a_request_that_waits_has_a_log_line_only_if_it_fails(support: Harness) -> None:
    worker = support.member("support_worker")

    def lines(**query: str) -> int:
        with capture_logs() as found:
            worker.ask("GET", "/v1/alerts", query=query)
        return [line["event"] for line in found].count("request.answered")

    assert lines(after="x", wait="5") == 0
    assert lines(after="x", wait="soon") == 1
    assert lines(after="x") == 1


def test_only_a_list_that_its_reader_has_already_is_held_back_and_noted_once(support: Harness) -> None:
    worker = support.member("support_worker")
    mark = alerts(worker, after="")["mark"]

    def noted() -> int:
        query = select(audit_log.c.number).where(audit_log.c.actor == str(worker.subject))
        with support.database.transaction() as session:
            return len(session.execute(query).all())

    before = noted()
    held = worker.ask("GET", "/v1/alerts", query={"after": mark, "wait": "20"})
    assert isinstance(held, NothingNew)
    assert (held.awaited.whose, held.awaited.seconds) == (worker.subject, 20)
    assert noted() == before, "that there is nothing new shows nothing"
    for query in ({"after": mark}, {"after": "other", "wait": "20"}, {"wait": "20"}):
        assert not isinstance(worker.ask("GET", "/v1/alerts", query=query), NothingNew)


def test_what_is_waited_for_changes_with_every_step_of_an_alert(support: Harness) -> None:
    worker, _colleague = support.member("support_worker"), support.member("counsellor")
    support.supervisor_of(worker)
    seen: list[str] = []

    def note() -> None:
        with support.database.transaction() as session:
            seen.append(actions.marks(session, [worker.subject])[worker.subject])

    note()
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    note()
    fire(support, 5)
    note()
    assert acknowledge(worker, alert) == 201
    note()
    assert len(set(seen[:3])) == 3
    assert seen[3] == seen[0], "an acknowledged one is watched no more"


def test_a_waiter_is_woken_by_an_alert_of_theirs_and_not_by_another_teams(support: Harness) -> None:
    asked = {"worker": support.member("support_worker"), "stranger": support.staff("support_worker")}
    known = {name: {"after": str(alerts(who, after="")["mark"]), "wait": "30"} for name, who in asked.items()}
    answers: dict[str, Response] = {}
    waits = Waits(support.database, actions.marks, most=9)

    def wait(name: str) -> None:
        def handed_over(*_of_request: object) -> Response:
            return asked[name].ask("GET", "/v1/alerts", query=known[name])

        front, held = Front(Map([]), None, waits), handed_over()
        front._handed_over = handed_over  # type: ignore[method-assign]  # there is no network
        assert isinstance(held, NothingNew)
        answers[name] = front._waited(waits, held, None, {}, {})

    threads = {name: threading.Thread(target=wait, args=(name,), daemon=True) for name in asked}
    for thread in threads.values():
        thread.start()
    wait_until(lambda: len(waits._waiting) == 2, "both wait")
    alert = asked["worker"].told("POST", "alerts", DANGER, 201)["id"]
    waits.look()
    threads["worker"].join(PATIENCE)
    assert [each["id"] for each in told(answers["worker"])["alerts"]] == [alert]
    wait_until(lambda: len(waits._waiting) == 1, "the other waits on")
    assert "stranger" not in answers
    waits.stop()
    threads["stranger"].join(PATIENCE)
    assert told(answers["stranger"])["alerts"] == []


def test_held_requests_of_one_reader_have_a_bound(support: Harness) -> None:
    waits = Waits(support.database, actions.marks, most=9)
    worker = support.member("support_worker")
    mark = str(alerts(worker, after="")["mark"])
    held = worker.ask("GET", "/v1/alerts", query={"after": mark, "wait": "30"})
    assert isinstance(held, NothingNew)
    threads = [
        threading.Thread(target=waits.wait_for, args=(held.awaited,), daemon=True) for _ in range(bounds.WAITS_OF_ONE)
    ]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(waits._waiting) == bounds.WAITS_OF_ONE, "they wait")
    with pytest.raises(AskedTooManyAtOnce):
        waits.wait_for(held.awaited)
    waits.stop()
    for thread in threads:
        thread.join(PATIENCE)
