"""A child's limits depend on the month of birth, which legal requests from intake, seals, and never publishes."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update

from deploy.cli import servers
from services.legal.cases.case.models import CASES
from services.legal.cases.deadline.actions import birth_month
from services.legal.cases.deadline.models import BirthInquiry
from services.legal.service import PARTS
from shared import encryption
from shared.casework import inquiries
from shared.casework.inquiries import Inquirer
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.feed import FeedAway, FeedReader
from tests.kit.harness import Harness, harness
from tests.kit.hearing import hear

pytestmark = pytest.mark.integration


class Intake(FeedReader):
    """A hand-written fake of the client for intake's HTTP interface: its response, or no response."""

    def __init__(self) -> None:
        self.month: str | None = "2008-09"
        self.is_away = False
        self.asked: list[tuple[str, str]] = []

    def ask(self, source: str, path: str) -> bytes:
        self.asked.append((source, path))
        if self.is_away:
            raise FeedAway("away")
        return json.dumps({"month": self.month}).encode()


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        found.move_clock(datetime(2026, 10, 22, 9, tzinfo=UTC))
        hear(found, ("contact.opened", {"jurisdiction": "GB-EAW", "age": "child", "opened_on": "2026-08-24"}))
        yield found


def asking(legal: Harness, intake: Intake) -> Inquirer:
    [loop] = PARTS.loops
    made = loop(legal.database, PARTS.following.emits, intake)
    assert isinstance(made, Inquirer)
    return made


def detected(legal: Harness, reported: str | None = "2026-10-05") -> None:
    days = {"earliest_incident_on": "2025-02", "work_ended_on": None, "last_incident_on": "2025-08-20"}
    hear(legal, ("detection.recorded", {"jurisdiction": "GB-EAW", "crime_reported_on": reported, **days}))


def recorded(legal: Harness, age: str = "child") -> None:
    hear(legal, ("person.recorded", {"age": age}))


def limitation(legal: Harness, code: str) -> dict[str, Any]:
    clocks = legal.member("legal_adviser").told("GET", "")["clocks"]
    [found] = [clock for clock in clocks if clock["code"] == code and clock["state"] != "withdrawn"]
    return dict(found)


def test_a_birth_that_was_recorded_is_asked_for_by_a_job_and_moves_the_childs_limits(legal: Harness) -> None:
    intake = Intake()
    detected(legal)
    assert limitation(legal, "GB.CIVIL_PI")["due_on"] is None
    recorded(legal)
    assert intake.asked == []
    assert asking(legal, intake).ask_all() == 1
    assert intake.asked == [("intake", f"/v1/cases/{legal.case}/birth-month")]
    # Three years from the 18th birthday, of which the month is known: 1 to 30 September 2029.
    civil = limitation(legal, "GB.CIVIL_PI")
    assert (civil["due_on"], civil["other_due_on"]) == ("2029-09-01", "2029-09-30")
    assert asking(legal, intake).ask_all() == 0


def test_a_year_alone_gives_no_date_and_what_is_no_longer_known_is_forgotten(legal: Harness) -> None:
    intake = Intake()
    detected(legal)
    for month, due_on in (("2008", None), ("2008-09", "2029-09-01"), (None, None)):
        intake.month = month
        recorded(legal)
        assert asking(legal, intake).ask_all() == 1
        found = limitation(legal, "GB.CIVIL_PI")
        assert (found["due_on"], found["state"] == "undated") == (due_on, due_on is None)
    with legal.database.transaction() as session:
        assert birth_month(session, legal.case) is None


def test_what_is_known_of_a_birth_lies_sealed_and_in_no_event(legal: Harness) -> None:
    detected(legal)
    recorded(legal)
    asking(legal, Intake()).ask_all()
    assert "2008-09" not in legal.everything()
    assert "2008-09" not in str(legal.announced())


def test_an_inquiry_without_an_answer_is_tried_again_later_and_not_at_once(legal: Harness) -> None:
    intake = Intake()
    intake.is_away = True
    recorded(legal)
    assert asking(legal, intake).ask_all() == 0
    assert (len(intake.asked), waiting(legal)) == (1, [1])
    intake.is_away = False
    assert asking(legal, intake).ask_all() == 0
    come_due(legal)
    assert asking(legal, intake).ask_all() == 1
    assert waiting(legal) == []


def come_due(legal: Harness) -> None:
    with legal.database.transaction() as session:
        session.execute(update(BirthInquiry).values(next_at=func.now()))


def waiting(legal: Harness) -> list[int]:
    """Return the number of attempts of each open inquiry."""
    with legal.database.transaction() as session:
        return list(session.scalars(select(BirthInquiry.tries)))


def test_who_was_recorded_anew_while_intake_was_asked_is_asked_for_once_more(legal: Harness) -> None:
    class Changing(Intake):
        def ask(self, source: str, path: str) -> bytes:
            answer = super().ask(source, path)
            if len(self.asked) == 1:
                with legal.database.transaction() as session:
                    inquiries.ask(session, BirthInquiry, legal.case)
                self.month = "2008-12"
            return answer

    intake = Changing()
    recorded(legal)
    asking(legal, intake).ask_all()
    with legal.database.transaction() as session:
        assert birth_month(session, legal.case) == "2008-12"


def test_an_answer_that_comes_after_the_erasure_is_dropped(legal: Harness) -> None:
    class Late(Intake):
        def ask(self, source: str, path: str) -> bytes:
            with legal.database.transaction() as session:
                encryption.of(session).destroy(legal.case)
                CASES.erase(session, legal.case)
            return super().ask(source, path)

    recorded(legal)
    assert asking(legal, Late()).ask_all() == 0
    assert waiting(legal) == []
    with legal.database.transaction(ORIGIN.holding(Origin(PARTS.following.emits))) as session:
        assert birth_month(session, legal.case) is None
