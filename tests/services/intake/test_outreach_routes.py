"""From an outreach session to a closed case, as counted in the statistics."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import OPEN, done, opened, rule_of
from tests.kit.staff import AGENCY

pytestmark = pytest.mark.integration

HELD = {
    "held_on": "2026-03-02",
    "region": "NL-ZH",
    "setting": "workplace",
    "languages": ["bg", "ro"],
    "topics": ["rights_at_work"],
    "partner": "TradeUnion",
    "reached": 40,
    "spoke_with": 20,
    "contacts": 5,
}
DETECTED: dict[str, Any] = {
    "indicators": ["withholding_of_wages"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["WithholdsDocuments"],
    "detector": "ngo",
}


def held(client: Client, **different: Any) -> str:
    return str(told(client.ask("POST", "/v1/outreach-sessions", {**HELD, **different}), 201)["id"])


def met(client: Client, session: str, steps: int) -> str:
    """Create a contact that has taken the first `steps` steps: detected, decided, closed."""
    case = opened(client, outreach_session=session)
    if steps > 0:
        told(client.ask("POST", f"/v1/cases/{case}/detections", DETECTED), 201)
    if steps > 1:
        told(client.ask("POST", f"/v1/cases/{case}/entry-decisions", {"decision": "decline", "advice": "given"}), 201)
    if steps > 2:
        done(client, case, "closure", {"reason": "goals_met"})
    return case


def test_a_session_is_kept_as_told_and_announced_without_anybody(worker: Client, database: Database) -> None:
    session = held(worker)

    assert told(worker.ask("GET", f"/v1/outreach-sessions/{session}")) == {"id": session, "agency": str(AGENCY), **HELD}
    with database.transaction() as reading:
        [row] = reading.execute(text("select name, subject::text, data from event_log")).all()
    assert tuple(row) == ("outreach.session_recorded", session, HELD)


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"region": "Manchester"}, "region"),
        ({"spoke_with": 41}, "spoke_with"),
        ({"contacts": 21}, "contacts"),
        ({"held_on": "2199-01-01"}, "held_on"),
        ({"reached": -1}, "reached"),
        ({"name": "somebody"}, "name"),
    ],
)
def test_what_can_not_be_or_tells_too_much_is_refused_by_its_field(
    worker: Client, different: dict[str, Any], field: str
) -> None:
    refused = told(worker.ask("POST", "/v1/outreach-sessions", {**HELD, **different}), 422)

    assert [each["field"] for each in refused["errors"]] == [field]
    assert "Manchester" not in str(refused)


def test_sessions_are_listed_page_by_page_the_latest_first(worker: Client) -> None:
    made = [held(worker) for _ in range(5)]
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        page = told(worker.ask("GET", "/v1/outreach-sessions", query=query))
        seen += [each["id"] for each in page["sessions"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]

    assert seen == made[::-1]
    for wrong in ({"after": "x"}, {"limit": "0"}, {"limit": "-1"}, {"limit": "²"}):
        assert worker.ask("GET", "/v1/outreach-sessions", query=wrong).status_code == 400


def test_a_contact_is_traced_to_a_session_that_was_held_before_it(worker: Client) -> None:
    session = held(worker)
    case = opened(worker, outreach_session=session)
    assert told(worker.ask("GET", f"/v1/cases/{case}"))["outreach_session"] == session

    nowhere = told(worker.ask("POST", "/v1/cases", {**OPEN, "outreach_session": str(uuid4())}), 422)
    assert rule_of(nowhere) == "session_is_recorded"
    early = {**OPEN, "outreach_session": session, "opened_on": "2026-03-01"}
    assert rule_of(told(worker.ask("POST", "/v1/cases", early), 422)) == "contact_after_its_session"


def test_the_counts_of_sessions_regions_and_all_add_up(worker: Client, door: RequestPipeline) -> None:
    sessions = {held(worker): "NL-ZH", held(worker): "NL-ZH", held(worker, region="NL-NH"): "NL-NH"}
    for number, session in enumerate(sessions):
        for steps in range(4 - number):
            met(worker, session, steps)
    opened(worker)
    supervisor = Client(door, "supervisor")

    each = [told(supervisor.ask("GET", f"/v1/outreach-sessions/{session}/progression")) for session in sessions]
    everything = told(supervisor.ask("GET", "/v1/progression"))

    assert [tuple(row.values()) for row in each] == [(4, 3, 2, 1), (3, 2, 1, 0), (2, 1, 0, 0)]
    regions = {row.pop("region"): tuple(row.values()) for row in everything["regions"]}
    assert regions == {"NL-NH": (2, 1, 0, 0), "NL-ZH": (7, 5, 3, 1)}
    assert tuple(everything["total"].values()) == (9, 6, 3, 1)


def test_a_statistician_sees_no_small_number_and_a_caseworker_none(worker: Client, door: RequestPipeline) -> None:
    large, small = held(worker), held(worker, region="NL-NH")
    for _ in range(12):
        opened(worker, outreach_session=large)
    met(worker, small, 3)
    statistician = Client(door, "statistician")

    everything = told(statistician.ask("GET", "/v1/progression"))
    assert everything["total"] == {"contacts": 13, "detected": None, "cases": None, "closed": None}
    # The large one of two regions is suppressed too: otherwise the small one would follow from the total.
    assert {row["contacts"] for row in everything["regions"]} == {None}
    for session in (large, small):
        shown = told(statistician.ask("GET", f"/v1/outreach-sessions/{session}/progression"))
        assert set(shown.values()) == {None}
    assert worker.ask("GET", "/v1/progression").status_code == 403
    assert statistician.ask("GET", f"/v1/outreach-sessions/{uuid4()}/progression").status_code == 404


def test_counts_are_given_as_csv_to_whoever_asks_for_it(worker: Client, door: RequestPipeline) -> None:
    session = held(worker)
    supervisor = Client(door, "supervisor")
    for path, columns in (
        ("/v1/outreach-sessions", '"id","held_on","region"'),
        (f"/v1/outreach-sessions/{session}/progression", '"contacts","'),
        ("/v1/progression", '"region","contacts"'),
    ):
        reply = supervisor.ask("GET", path, Accept="text/csv")
        assert reply.mimetype == "text/csv", path
        lines = reply.get_data(as_text=True).splitlines()
        assert lines[0].startswith(columns), lines
        assert len(lines) >= 2
        assert supervisor.ask("GET", path).mimetype == "application/json"
