"""Legal's clocks pause, resume and are extended only if their rule allows it, and each change is a fact."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from deploy.cli import servers
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import hear

pytestmark = pytest.mark.integration

TODAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        found.move_clock(TODAY)
        hear(found, ("contact.opened", {"jurisdiction": "GB-EAW", "age": "adult", "opened_on": "2026-02-01"}))
        yield found


def started(adviser: Client, kind: str = "work_ended", happened: str = "2026-02-01") -> str:
    """Record the start of a period; return the id of the first running one that can be paused or extended."""
    adviser.told("POST", "facts", {"kind": kind, "happened": happened}, 201)
    clocks = adviser.told("GET", "")["clocks"]
    return str(next(clock["id"] for clock in clocks if clock["code"] != "GB.CONCILIATION"))


def change(adviser: Client, clock: str, verb: str, status: int = 200, **body: str) -> dict[str, Any]:
    version = adviser.ask("GET", "").headers["ETag"]
    return adviser.told("POST", f"clocks/{clock}/{verb}", body, status, If_Match=version)


def clock_of(adviser: Client, code: str = "GB.ET") -> dict[str, Any]:
    [found] = [clock for clock in adviser.told("GET", "")["clocks"] if clock["code"] == code]
    return dict(found)


def clock_events(legal: Harness) -> list[str]:
    return [name for name, data in legal.announced() if data.get("code") == "GB.ET"]


def test_conciliation_lets_the_limitation_stand_still_and_the_person_loses_no_day(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    clock = started(adviser)
    # From 1 February less one day: three months end on 30 April.
    assert clock_of(adviser)["due_on"] == "2026-04-30"
    assert change(adviser, clock, "pause", since="2026-02-10")["has_effect"]
    assert clock_of(adviser)["state"] == "paused"
    # 10 February to 2 March are 20 days.
    assert change(adviser, clock, "resumption", again="2026-03-02")["due_on"] == "2026-05-20"
    assert (clock_of(adviser)["state"], clock_of(adviser)["due_on"]) == ("running", "2026-05-20")
    assert clock_events(legal) == ["clock.started", "clock.paused", "clock.resumed"]


def test_conciliation_moves_the_date_and_the_period_keeps_running(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    started(adviser)
    adviser.told("POST", "facts", {"kind": "conciliation_begun", "happened": "2026-02-10"}, 201)
    assert (clock_of(adviser)["state"], clock_of(adviser)["paused_on"]) == ("running", None)
    adviser.told("POST", "facts", {"kind": "conciliation_certified", "happened": "2026-03-02"}, 201)
    assert (clock_of(adviser)["state"], clock_of(adviser)["due_on"]) == ("running", "2026-05-20")


def test_what_the_rule_does_not_know_is_refused_by_name_and_changes_nothing(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    clock = started(adviser, "last_incident")
    before = legal.announced()
    for verb, body, rule in (
        ("pause", {}, "rule_knows_a_pause"),
        ("extension", {"until": "2030-01-01"}, "rule_knows_an_extension"),
        ("resumption", {}, "rule_knows_a_pause"),
    ):
        assert change(adviser, clock, verb, 409, **body)["errors"][0]["rule"] == rule
    assert legal.announced() == before


def test_a_pause_after_the_end_is_kept_and_said_to_have_no_effect(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    clock = started(adviser, happened="2025-10-01")
    assert clock_of(adviser)["state"] == "passed"
    assert change(adviser, clock, "pause", since="2026-03-01")["has_effect"] is False
    assert clock_of(adviser)["state"] == "passed"
    [kept] = [fact for fact in adviser.told("GET", "facts")["facts"] if fact["kind"] == "pause"]
    assert kept["without_effect"] == "overtaken"


def test_who_has_nothing_to_say_of_a_change_sends_no_body(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    clock = started(adviser)
    version = adviser.ask("GET", "").headers["ETag"]
    reply = adviser.ask("POST", f"clocks/{clock}/pause", raw=b"", content_type="", If_Match=version)
    assert reply.status_code == 200
    assert clock_of(adviser)["paused_on"] == "2026-03-02"


def test_days_that_can_not_be_are_refused(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    clock = started(adviser)
    refused = change(adviser, clock, "pause", 422, since="2026-03-03")
    assert refused["errors"][0]["rule"] == "not_in_the_future"


def test_only_an_adviser_of_the_case_changes_a_clock_and_only_one_of_the_case(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    clock = started(adviser)
    for other in (legal.member("caseworker"), legal.supervisor_of(adviser), legal.staff("legal_adviser")):
        for verb, body in (("pause", {}), ("resumption", {}), ("extension", {"until": "2030-01-01"})):
            assert other.ask("POST", f"clocks/{clock}/{verb}", body, If_Match='"1"').status_code in (403, 404)
    change(adviser, str(uuid4()), "pause", 404)
    assert adviser.ask("POST", f"clocks/{clock}/pause", {}).status_code == 428
