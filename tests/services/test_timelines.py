"""The timeline of a case at each service: dated entries in one form, and never more than the case file shows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, fields

from deploy.cli import servers
from services.intake.cases.lifecycle.rules import timeline as of_intake
from services.intake.cases.lifecycle.schemas import CaseContents
from services.legal.cases.deadline.actions import KEEPING
from services.legal.overview.case_file import rules as of_legal
from services.legal.overview.case_file.schemas import TimelineFile
from services.support.overview.case_file import rules as of_support
from services.support.overview.case_file.schemas import SupportFile
from shared.access.permissions import OF_THE_LEAD, FieldClass, Sight
from shared.access.views import CaseView, view_of, written
from shared.casework.timeline import Page, Timeline
from shared.events.contract import Day, Flag, Instant, Reference
from shared.reference import codes
from tests.kit.agencies import works_for
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.intake.cases import OPEN
from tests.kit.statements import listing, statements

VIEWS: dict[str, tuple[type[CaseView], ModuleType]] = {
    "intake": (CaseContents, of_intake),
    "legal": (TimelineFile, of_legal),
    "support": (SupportFile, of_support),
}
SERVICES = sorted(VIEWS)
SERVICE = "service_type"
FIRST = datetime(2026, 1, 1, 9, tzinfo=UTC)
CATEGORY_SETS = st.none() | st.frozensets(st.sampled_from([*codes("data_category"), OF_THE_LEAD]))


def filled(view: type[Schema], numbers: Iterator[int]) -> dict[str, Any]:
    """Return a file with one record in each part, in which no two values are the same."""
    row: dict[str, Any] = {}
    for name, field in view().fields.items():
        if name.startswith("withheld") or "by_edge" in field.metadata:
            continue
        inner, number = view_of(field), next(numbers)
        if inner is not None:
            row[name] = [filled(inner, numbers)] if isinstance(field, fields.List) else filled(inner, numbers)
        else:
            row[name] = _value(field, number)
    if row.get("kind") and "withdrawn" in row:
        row["kind"] = "crime_reported"
    return row


def _value(field: Any, number: int) -> Any:
    if isinstance(field, Reference):
        return uuid4()
    if isinstance(field, Day):
        return FIRST.date() + timedelta(days=number)
    if isinstance(field, Instant):
        return FIRST + timedelta(days=number, minutes=1)
    if isinstance(field, fields.List):
        return [_value(field.inner, number)]
    plain = {fields.Integer: number, Flag: True, fields.Dict: {}}
    made = next((value for kind, value in plain.items() if isinstance(field, kind)), None)
    if made is not None:
        return made
    at = FIRST.date() + timedelta(days=number)
    return at.isoformat() if type(field).__name__ in ("Moment", "PartialDay") else f"code-{number}"


def leaves(value: Any) -> Iterator[str]:
    """Yield the values of a JSON document."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, (date, datetime)):
        yield value.isoformat()
    elif isinstance(value, (str, UUID)):
        yield str(value)


@st.composite
def sights(draw: st.DrawFn, contents: Mapping[str, Any]) -> Sight:
    """Draw some field classes and categories, and perhaps an agency that is author or party of some records."""
    classes = draw(st.frozensets(st.sampled_from(FieldClass))) | {FieldClass.BASIC}
    categories = draw(CATEGORY_SETS)
    if categories is None:
        return Sight(classes)
    ids = [UUID(leaf) for leaf in leaves(contents) if len(leaf) == len(str(uuid4())) and leaf.count("-") == 4]
    agency, colleague = draw(st.sampled_from(ids)), draw(st.sampled_from(ids))
    return Sight(classes, categories, agency, frozenset((colleague,)))


@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="timeline-from-the-file")
@pytest.mark.parametrize("service", SERVICES)
@given(data=st.data())
def test_a_timeline_says_nothing_that_the_file_does_not_show_this_reader(service: str, data: st.DataObject) -> None:
    view, rules = VIEWS[service]
    contents = filled(view, count())
    sight = data.draw(sights(contents))
    shown = set(leaves(written(view, contents, sight)))
    body = Timeline(service, view, rules.DATES).body(contents, sight, {}, Page())
    ours = {"what", "step", "lane", "precision", "source", "field", "code_list"}
    said = [{name: value for name, value in entry.items() if name not in ours} for entry in body["entries"]]
    for entry in said:
        entry["values"] = [value["code"] for value in entry["values"]]
    # A correction of a fact states its day only, which is less precise than the instant in the file.
    assert set(leaves(said)) <= shown | {leaf[:10] for leaf in shown}
    if set(leaves(written(view, contents, Sight(frozenset(FieldClass))))) - shown:
        assert body["hidden"]


@pytest.mark.parametrize("service", SERVICES)
def test_who_sees_the_whole_file_sees_each_of_its_dates(service: str) -> None:
    view, rules = VIEWS[service]
    contents = filled(view, count())
    body = Timeline(service, view, rules.DATES).body(contents, Sight(frozenset(FieldClass)), {}, Page())
    shown = {(entry["what"], entry["step"]) for entry in body["entries"]}
    expected = {(dated.what, dated.step) for dated in rules.DATES}
    assert shown == expected
    assert not body["hidden"]
    assert body["next"] is None


@pytest.mark.parametrize("service", SERVICES)
def test_each_part_of_a_file_has_entries_or_is_named_as_a_part_without(service: str) -> None:
    view, rules = VIEWS[service]
    parts = {name for name, field in view().fields.items() if view_of(field) is not None}
    with_entries = {dated.part for dated in rules.DATES} - {""}
    assert with_entries | rules.WITHOUT_ENTRIES == parts
    assert not with_entries & rules.WITHOUT_ENTRIES


@given(st.integers(1, 7))
def test_pages_have_each_entry_once_and_the_newest_first(limit: int) -> None:
    contents = filled(CaseContents, count())
    timeline, sight = Timeline("intake", CaseContents, of_intake.DATES), Sight(frozenset(FieldClass))
    whole = timeline.body(contents, sight, {}, Page())["entries"]
    paged: list[Any] = []
    page = Page(limit)
    while True:
        body = timeline.body(contents, sight, {}, page)
        paged += body["entries"]
        if body["next"] is None:
            break
        page = Page(limit, tuple(body["next"].split(".")))
    assert paged == whole
    days = [str(entry["at"])[:10] for entry in whole]
    assert days == sorted(days, reverse=True)


# Over the routes


@pytest.fixture(params=SERVICES)
def door(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness(str(request.param), postgres) as found:
        yield found


WORKERS = {"intake": "caseworker", "legal": "legal_adviser", "support": "support_worker"}


@pytest.mark.integration
def test_a_timeline_is_read_like_the_file_by_the_same_people_and_noted_alike(door: Harness) -> None:
    worker = door.member(WORKERS[door.name], lead=True)
    path = f"/v1/cases/{door.case}/timeline"
    timeline = worker.told("GET", path)
    assert timeline["id"] == str(door.case)
    assert door.staff(WORKERS[door.name]).ask("GET", path).status_code == 404
    excluded = door.member(WORKERS[door.name])
    door.exclude(excluded)
    assert excluded.ask("GET", path).status_code == 404


@pytest.mark.integration
def test_another_agency_is_told_the_same_categories_as_in_the_file(door: Harness) -> None:
    role = WORKERS[door.name]
    door.member(role, lead=True)
    outsider = door.member(role)
    works_for(door.database, outsider.subject, str(uuid4()), role)
    file, timeline = (outsider.told("GET", f"/v1/cases/{door.case}{end}") for end in ("", "/timeline"))
    assert timeline["withheld_categories"] == file["withheld_categories"] != []
    assert timeline["withheld"] == file["withheld"]
    assert timeline["hidden"]


@pytest.mark.integration
@pytest.mark.parametrize("query", ["?after=nowhere", "?limit=0", "?lane=sideways", "?after=2026-03-02.x.y.z"])
def test_a_page_that_is_none_is_refused(door: Harness, query: str) -> None:
    worker = door.member(WORKERS[door.name], lead=True)
    assert worker.ask("GET", f"/v1/cases/{door.case}/timeline{query}").status_code == 400


@pytest.mark.integration
def test_a_timeline_takes_a_fixed_number_of_statements(door: Harness) -> None:
    worker = door.member(WORKERS[door.name], lead=True)
    worker.told("GET", f"/v1/cases/{door.case}")
    with statements() as file:
        worker.told("GET", f"/v1/cases/{door.case}")
    with statements() as timeline:
        worker.told("GET", f"/v1/cases/{door.case}/timeline")
    # The roles of the team when the deadlines were calculated; at legal also the facts, which are not in the file.
    more = 3 if door.name == "legal" else 2
    assert len(timeline) <= len(file) + more, listing(timeline)


def entries_of(reader: Client, case: UUID) -> list[Any]:
    found: list[Any] = reader.told("GET", f"/v1/cases/{case}/timeline")["entries"]
    return found


@pytest.mark.integration
def test_a_record_that_is_put_right_names_its_correction_and_who_recorded_it(postgres: servers.PostgresServer) -> None:
    delivered = {SERVICE: "accommodation_emergency", "urgent": True, "delivered_on": "2026-03-04"}
    with harness("support", postgres) as door:
        worker = door.member("support_worker", lead=True)
        made = worker.told("POST", "services", delivered, 201)["id"]
        [entry] = entries_of(worker, door.case)
        assert (entry["id"], entry["what"], entry["lane"], entry["at"]) == (made, "service", "support", "2026-03-04")
        assert (entry["precision"], entry["source"], entry["by"]["role"]) == ("day", "support", "support_worker")
        assert (entry["corrected_by"], entry["taken_back"]) == (None, False)
        assert [(value["code_list"], value["code"]) for value in entry["values"]] == [(SERVICE, delivered[SERVICE])]
        corrected = worker.told("POST", f"services/{made}/correction", {"reason": "not_so"}, 201)
        [entry] = entries_of(worker, door.case)
        assert (entry["corrected_because"], entry["taken_back"]) == ("not_so", True)
        file = worker.told("GET", f"/v1/cases/{door.case}")
        assert entry["corrected_by"] == file["corrections"][0]["id"], corrected


@pytest.mark.integration
def test_deadlines_come_with_the_timeline_as_the_file_shows_them(postgres: servers.PostgresServer) -> None:
    with harness("intake", postgres, "GB-EAW") as door:
        opening = {**OPEN, "jurisdiction": "GB-EAW"}
        door.case = UUID(door.staff("caseworker").told("POST", "/v1/cases", opening, 201)["id"])
        worker = door.member("caseworker", lead=True)
        step = {"stage": "referred", "authority": "GB.SCA", "made_elsewhere": True}
        step |= {"received_on": "2026-03-02", "occurred_on": "2026-03"}
        worker.told("POST", "identification", step, 201)
        file, timeline = (worker.told("GET", f"/v1/cases/{door.case}{end}") for end in ("", "/timeline"))
        beside = {"question", "ask_about"}
        assert file["clocks"]
        assert [{k: v for k, v in each.items() if k not in beside} for each in timeline["deadlines"]] == file["clocks"]
        recorded = [datetime.fromisoformat(fact["recorded_at"]) for fact in file["facts"] if fact["recorded_at"]]
        assert datetime.fromisoformat(timeline["calculated_at"]) >= max(recorded), "no fact is later than the deadlines"
        [referred] = [entry for entry in timeline["entries"] if entry["what"] == "identification"]
        assert (referred["at"], referred["precision"], referred["lane"]) == ("2026-03", "month", "identification")
        only = worker.told("GET", f"/v1/cases/{door.case}/timeline?lane=detection")
        assert {entry["lane"] for entry in only["entries"]} == {"detection"}


@pytest.mark.integration
def test_a_timeline_says_when_its_deadlines_were_calculated_or_that_they_never_were(
    postgres: servers.PostgresServer,
) -> None:
    with harness("legal", postgres) as door:
        worker = door.member("legal_adviser", lead=True)
        path = f"/v1/cases/{door.case}/timeline"
        assert worker.told("GET", path)["calculated_at"] is None
        with door.database.transaction() as session:
            KEEPING.derive(session, door.case, FIRST)
        assert datetime.fromisoformat(worker.told("GET", path)["calculated_at"]) == FIRST
    with harness("support", postgres) as door:
        worker = door.member("support_worker", lead=True)
        assert worker.told("GET", f"/v1/cases/{door.case}/timeline")["calculated_at"] is None


@pytest.mark.integration
def test_a_fact_names_who_recorded_it_first_and_the_day_of_its_correction(postgres: servers.PostgresServer) -> None:
    with harness("intake", postgres) as door:
        door.case = UUID(door.staff("caseworker").told("POST", "/v1/cases", OPEN, 201)["id"])
        worker, colleague = door.member("caseworker", lead=True), door.member("outreach_worker")
        fact = worker.told("POST", "facts", {"kind": "last_incident", "happened": "2026-02-12"}, 201)["id"]

        def shown() -> Any:
            return next(entry for entry in entries_of(worker, door.case) if entry["id"] == fact)

        first = shown()
        assert (first["corrected_on"], first["by"]["role"], first["earlier"]) == (None, "caseworker", [])
        colleague.told("POST", f"facts/{fact}/correction", {"reason": "wrong_date", "happened": "2026-02-13"}, 201)
        corrected = shown()
        assert (corrected["at"], corrected["taken_back"]) == ("2026-02-13", False)
        assert corrected["earlier"] == ["2026-02-12"]
        assert (corrected["recorded_at"], corrected["by"]) == (first["recorded_at"], first["by"])
        assert (corrected["corrected_because"], corrected["corrected_on"] is not None) == ("wrong_date", True)
        colleague.told("POST", f"facts/{fact}/correction", {"reason": "not_so", "withdrawn": True}, 201)
        taken_back = shown()
        assert (taken_back["taken_back"], taken_back["by"]["role"]) == (True, "caseworker")
        assert taken_back["earlier"] == ["2026-02-12"]


@pytest.mark.integration
def test_an_acknowledgement_was_recorded_when_it_was_made(postgres: servers.PostgresServer) -> None:
    with harness("support", postgres) as door:
        worker = door.member("support_worker", lead=True)
        door.move_clock(FIRST)
        alert = worker.told("POST", "alerts", {"danger_type": "family_threat", "urgency": "today"}, 201)["id"]
        door.move_clock(FIRST + timedelta(minutes=3))
        worker.told("POST", f"alerts/{alert}/acknowledgement", {}, 201)
        times = {entry["step"]: entry["recorded_at"] for entry in entries_of(worker, door.case)}
        assert datetime.fromisoformat(times["acknowledged"]) == FIRST + timedelta(minutes=3)
        assert datetime.fromisoformat(times[None]) == FIRST
