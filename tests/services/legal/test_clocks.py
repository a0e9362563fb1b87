"""Legal's clocks stand still, run on and are extended only where their rule knows it, and each change is told."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from deploy.cli import servers
from shared import deadlines
from shared.exchange.eventlog import ORIGIN, Origin
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

TODAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        found.move_clock(TODAY)
        yield found


def started(legal: Harness, code: str = "GB.ET") -> str:
    """Start a clock on 1 February 2026."""
    with legal.database.transaction(ORIGIN.holding(Origin(legal.parts.following.emits))) as session:
        made = deadlines.start(session, legal.case, "GB-EAW", code, date(2026, 2, 1), now=TODAY)
    return str(made)


def change(adviser: Client, clock: str, verb: str, status: int = 200, **body: str) -> dict[str, object]:
    version = adviser.ask("GET", "").headers["ETag"]
    return adviser.told("POST", f"clocks/{clock}/{verb}", body, status, If_Match=version)


def clock_of(adviser: Client) -> dict[str, object]:
    [found] = adviser.told("GET", "")["clocks"]
    return dict(found)


def test_conciliation_lets_the_limitation_stand_still_and_the_person_loses_no_day(legal: Harness) -> None:
    adviser, clock = legal.member("legal_adviser"), started(legal)
    before = clock_of(adviser)["due_on"]
    assert before == "2026-04-30"
    change(adviser, clock, "pause", since="2026-02-10")
    assert clock_of(adviser)["state"] == "paused"
    assert change(adviser, clock, "resumption", again="2026-03-02")["due_on"] == "2026-05-20"
    assert (clock_of(adviser)["state"], clock_of(adviser)["due_on"]) == ("running", "2026-05-20")
    assert [name for name, _data in legal.announced()] == ["clock.started", "clock.paused", "clock.resumed"]


def test_what_the_rule_does_not_know_is_refused_by_name_and_changes_nothing(legal: Harness) -> None:
    adviser, clock = legal.member("legal_adviser"), started(legal, "GB.CICA")
    for verb, body, rule in (
        ("pause", {}, "rule_knows_a_pause"),
        ("extension", {"until": "2030-01-01"}, "rule_knows_an_extension"),
        ("resumption", {}, "clock_is_paused"),
    ):
        assert change(adviser, clock, verb, 409, **body)["errors"][0]["rule"] == rule  # type: ignore[index]
    assert [name for name, _data in legal.announced()] == ["clock.started"]


def test_who_has_nothing_to_say_of_a_change_sends_no_body(legal: Harness) -> None:
    adviser, clock = legal.member("legal_adviser"), started(legal)
    version = adviser.ask("GET", "").headers["ETag"]
    reply = adviser.ask("POST", f"clocks/{clock}/pause", raw=b"", content_type="", If_Match=version)
    assert reply.status_code == 200
    assert clock_of(adviser)["paused_on"] == "2026-03-02"


def test_days_that_can_not_be_are_refused(legal: Harness) -> None:
    adviser, clock = legal.member("legal_adviser"), started(legal)
    refused = change(adviser, clock, "pause", 422, since="2026-03-03")
    assert refused["errors"][0]["rule"] == "not_in_the_future"  # type: ignore[index]
    change(adviser, clock, "pause", since="2026-02-20")
    refused = change(adviser, clock, "resumption", 422, again="2026-02-10")
    assert refused["errors"][0]["rule"] == "runs_on_after_its_pause"  # type: ignore[index]


def test_only_an_adviser_of_the_case_changes_a_clock_and_only_one_of_the_case(legal: Harness) -> None:
    adviser, clock = legal.member("legal_adviser"), started(legal)
    for other in (legal.member("caseworker"), legal.supervisor_of(adviser), legal.staff("legal_adviser")):
        for verb, body in (("pause", {}), ("resumption", {}), ("extension", {"until": "2030-01-01"})):
            assert other.ask("POST", f"clocks/{clock}/{verb}", body, If_Match='"1"').status_code == 404
    change(adviser, str(uuid4()), "pause", 404)
    assert adviser.ask("POST", f"clocks/{clock}/pause", {}).status_code == 428
