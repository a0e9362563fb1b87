"""A detection that was recorded on the wrong person no longer begins a limitation, and the right one does."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from deploy.cli import servers
from services.legal.events import EMITS
from services.legal.limitation import actions as limitation
from services.legal.limitation.rules import limitations_left
from shared import deadlines
from shared.events.contract import Received
from shared.exchange.eventlog import ORIGIN, Origin
from tests.kit.builders import an_event
from tests.kit.harness import harness

ONE, OTHER = {"CLAIM": "2024-03"}, {"CLAIM": "2025-01"}


@pytest.mark.parametrize(
    ("left", "standing", "changed"),
    [
        ([], [("CLAIM", date(2024, 3, 1), "running")], {"CLAIM": None}),
        ([OTHER], [("CLAIM", date(2024, 3, 1), "running")], {"CLAIM": "2025-01"}),
        ([OTHER], [("CLAIM", date(2024, 3, 1), "paused")], {"CLAIM": "2025-01"}),
        ([ONE], [("CLAIM", date(2024, 3, 1), "running")], {}),
        ([{"CLAIM": "2023"}], [("CLAIM", date(2023, 1, 1), "running")], {}),
        ([], [("CLAIM", date(2022, 7, 1), "running")], {}),
        ([], [("CLAIM", date(2024, 3, 1), "stopped")], {}),
        ([], [("CLAIM", date(2024, 3, 1), "passed")], {}),
    ],
)
def test_only_what_the_withdrawn_detection_alone_had_begun_changes(
    left: list[dict[str, str]], standing: list[tuple[str, date, str]], changed: dict[str, str | None]
) -> None:
    assert limitations_left(ONE, left, standing) == changed


@pytest.mark.integration
def test_a_withdrawn_detection_stops_its_limitation_and_a_right_one_begins_it_again(
    postgres: servers.PostgresServer,
) -> None:
    with harness("legal", postgres, "NL") as found:

        def hear(name: str, **data: Any) -> list[str]:
            received = Received(an_event(name=name, subject=found.case, data=data), data)
            with found.database.transaction(ORIGIN.holding(Origin(EMITS))) as session:
                limitation.project_detections(session, [received])
                react = limitation.begin_limitations if name == "detection.recorded" else limitation.end_limitations
                react(session, received)
                return sorted(each["state"] for each in deadlines.of_subject(session, found.case))

        days = {"jurisdiction": "NL", "earliest_incident_on": "2026-01", "work_ended_on": "2026-02"}
        wrong, right = uuid4(), uuid4()
        begun = hear("detection.recorded", detection=wrong, **days)
        assert set(begun) == {"running"}
        assert set(hear("record.withdrawn", record_class="consent", record=uuid4())) == {"running"}
        assert set(hear("record.withdrawn", record_class="detection", record=wrong)) == {"stopped"}
        again = hear("detection.recorded", detection=right, **days)
        assert again.count("running") == len(begun)
