"""Lists with names: the visible names by reader, the team's list, filters, counts, and names in search results."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, text

from services.intake.cases.due.models import HeardRisk
from services.intake.facts.person.rules import one_line
from shared.encryption import Keys
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.agencies import registered, works_for
from tests.kit.client import Client, told
from tests.kit.databases import as_owner
from tests.kit.intake.cases import done, opened
from tests.kit.intake.heard import hear, received
from tests.kit.intake.merges import SUBMITTED, joined
from tests.kit.intake.names import named
from tests.kit.intake.referrals import SOON, TODAY, consented, drafted, take
from tests.kit.intake.standing import exclude, join, supervise
from tests.kit.statements import listing, statements

NAMES = {"with": "names"}
NAME = "Ruxandra Vrânceanu, fictitious"


def listed(reader: Client, **query: str) -> dict[str, Any]:
    return told(reader.ask("GET", "/v1/work-list", query=query))


def line(reader: Client, case: str, **query: str) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {each["case"]: each for each in listed(reader, **NAMES, **query)["cases"]}
    return found[case]


def cases_of(reader: Client, **query: str) -> list[str]:
    return [each["case"] for each in listed(reader, **query)["cases"]]


def referred(worker: Client, reply_by: Any) -> str:
    case = opened(worker)
    consented(worker, case)
    take(worker, case, drafted(worker, case, reply_by=reply_by.isoformat()), "send")
    return case


def name(kind: str, written: str, until: str | None = None) -> Any:
    return {"kind": kind, "name": written, "since": None, "until": until}


@pytest.mark.parametrize(
    ("names", "line"),
    [
        ([name("family", "B"), name("given", "A")], "A B"),
        ([name("given", "A", until="2026-01"), name("given", "C"), name("called_by", "D")], "C"),
        ([name("other_spelling", "E"), name("called_by", "D")], "D"),
        ([name("given", "A", until="2026-01")], None),
        ([], None),
    ],
)
def test_a_list_names_a_person_by_names_in_use_and_never_by_a_former_one(
    names: Collection[Any], line: str | None
) -> None:
    assert one_line(names) == line


@pytest.mark.integration
def test_a_list_has_names_stage_and_leads_only_where_they_are_asked_for(worker: Client) -> None:
    case = named(worker)
    plain = listed(worker)
    assert not {"name", "name_state", "stage", "led_by", "changed_at"} & plain["cases"][0].keys()
    assert "counts" not in plain
    shown = line(worker, case)
    assert (shown["name"], shown["name_state"], shown["stage"]) == (NAME, "shown", "not_referred")
    assert shown["led_by"] == [{"member": str(worker.subject), "name": None}]
    assert datetime.fromisoformat(shown["changed_at"]) <= datetime.now(UTC)
    unnamed = opened(worker)
    assert (line(worker, unnamed)["name"], line(worker, unnamed)["name_state"]) == (None, "not_recorded")


@pytest.mark.integration
def test_a_list_has_the_team_of_each_case_only_where_it_is_asked_for(worker: Client, door: RequestPipeline) -> None:
    counsellor, case = Client(door, "counsellor"), opened(worker)
    told(join(worker, case, counsellor, "counsellor"), 201)
    assert "team" not in line(worker, case)
    [shown] = listed(worker, **{"with": "names,team"})["cases"]
    assert {each["member"] for each in shown["team"]} == {str(worker.subject), str(counsellor.subject)}
    assert [each["member"] for each in shown["led_by"]] == [str(worker.subject)]


@pytest.mark.integration
@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="names-on-lists")
def test_a_name_is_hidden_on_lists_from_who_may_not_see_it_in_the_case(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    agency, outsider, case = registered(database, type="TradeUnion"), Client(door, "caseworker"), named(worker)
    works_for(database, outsider.subject, agency, "caseworker")
    told(join(worker, case, outsider, "caseworker"), 201)
    hidden = line(outsider, case)
    assert ("name" in hidden, hidden["name_state"]) == (False, "hidden")
    before = (TODAY - timedelta(days=1)).isoformat()
    consent = consented(worker, case, agency=agency, granted_on=before, data_categories=["identity"])
    assert line(outsider, case)["name"] == NAME
    done(worker, case, f"consents/{consent}/withdrawal", {"erase_requested": False})
    assert "name" not in line(outsider, case)


@pytest.mark.integration
def test_a_lost_key_is_named_and_hides_no_other_case(worker: Client, own_keys: Keys) -> None:
    lost, readable = named(worker), named(worker)
    with as_owner(own_keys._engine) as owner:
        owner.execute("delete from case_keys where subject = %s", (lost,))
    own_keys._cached.clear()
    assert line(worker, lost)["name_state"] == "not_readable"
    assert line(worker, readable)["name_state"] == "shown"
    own_keys.destroy(UUID(readable))
    assert line(worker, readable)["name_state"] == "not_recorded"


@pytest.mark.integration
@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="team-list-is-readable-cases")
def test_a_teams_list_has_exactly_the_cases_that_its_reader_may_open(worker: Client, door: RequestPipeline) -> None:
    supervisor, stranger = Client(door, "supervisor", "caseworker"), Client(door, "caseworker")
    told(supervise(door, supervisor, worker))
    mine, theirs, excluding, foreign = named(worker), named(worker), named(worker), named(stranger)
    told(join(worker, mine, supervisor, "caseworker"), 201)
    told(exclude(worker, excluding, kind="worker", member=str(supervisor.subject)), 201)
    assert cases_of(supervisor) == [mine]
    assert sorted(cases_of(supervisor, scope="team")) == sorted([mine, theirs])
    for case in (mine, theirs, excluding, foreign):
        may_open = supervisor.ask("GET", f"/v1/cases/{case}").status_code == 200
        assert may_open == (case in cases_of(supervisor, scope="team"))
    assert line(supervisor, theirs, scope="team")["name"] == NAME
    assert line(supervisor, theirs, scope="team")["lead"] is False
    assert cases_of(stranger, scope="team") == [foreign]
    both = f"/v1/supervisions/{supervisor.subject}/{worker.subject}"
    told(Client(door, "operator").ask("DELETE", both), 204)
    assert cases_of(supervisor, scope="team") == [mine]


@pytest.mark.integration
def test_a_teams_list_has_what_is_due_for_any_member_and_mine_only_what_is_for_me(
    worker: Client, door: RequestPipeline
) -> None:
    counsellor, case = Client(door, "counsellor"), opened(worker)
    consented(worker, case, expires_on=(TODAY + timedelta(days=10)).isoformat())
    told(join(worker, case, counsellor, "counsellor"), 201)
    everything = {item["what"] for item in line(worker, case)["items"]}
    own = {item["what"] for item in line(counsellor, case)["items"]}
    of_team = {item["what"] for item in line(counsellor, case, scope="team")["items"]}
    assert own < of_team <= everything


@pytest.mark.integration
def test_filters_and_counts_agree_and_pages_go_through_all_that_is_found(worker: Client, database: Database) -> None:
    calm, urgent = opened(worker), opened(worker)
    late, soon = referred(worker, SOON), referred(worker, SOON)
    with database.transaction() as session:
        session.execute(insert(HeardRisk).values(case_id=UUID(urgent), urgent=True, position=1))
        for case, days in ((late, -2), (soon, 2)):
            day = {"day": TODAY + timedelta(days=days), "case": case}
            session.execute(text("update referrals set reply_by = :day where case_id = :case"), day)
    whole = listed(worker, **NAMES)
    counts = whole["counts"]
    assert (counts["total"], counts["complete"]) == (len(whole["cases"]), True)
    for mark in ("overdue", "unclear", "due_soon", "urgent", "led"):
        found = listed(worker, **NAMES, filter=mark)
        assert counts[mark] == len(found["cases"])
        assert found["counts"] == counts, "they are of the whole list"
    assert cases_of(worker, filter="overdue") == [late]
    assert soon in cases_of(worker, filter="due_soon")
    assert cases_of(worker, filter="urgent,led") == [urgent]
    assert calm not in cases_of(worker, filter="overdue") + cases_of(worker, filter="urgent")
    assert cases_of(worker, jurisdiction="RO") == []
    first = listed(worker, **NAMES, limit="1", filter="led")
    rest = listed(worker, **NAMES, after=first["next"], filter="led")
    assert [each["case"] for each in first["cases"] + rest["cases"]] == cases_of(worker)
    for wrong in ({"filter": "late"}, {"scope": "all"}, {"with": "x"}, {"jurisdiction": "XX"}, {"since": "2026-01-01"}):
        assert worker.ask("GET", "/v1/work-list", query=wrong).status_code == 400


@pytest.mark.integration
@pytest.mark.parametrize("scope", ["mine", "team"])
def test_an_urgent_need_counts_however_it_was_recorded(worker: Client, database: Database, scope: str) -> None:
    calm, needy = opened(worker), opened(worker)
    with database.transaction() as session:
        session.execute(insert(HeardRisk).values(case_id=UUID(needy), urgent=False, position=1))
    hear(database, received(needy, "support.urgent_need.noted", 1, needs=["accommodation_emergency"]))
    assert listed(worker, **NAMES, scope=scope)["counts"]["urgent"] == 1
    assert cases_of(worker, filter="urgent", scope=scope) == [needy]
    met = {"service_type": "accommodation_emergency", "met_urgent_need": True}
    hear(database, received(needy, "support.service.delivered", 2, **met))
    assert listed(worker, **NAMES, scope=scope)["counts"]["urgent"] == 0
    assert calm not in cases_of(worker, filter="urgent", scope=scope)


@pytest.mark.integration
def test_what_changed_since_a_visit_is_found_by_its_last_event(worker: Client) -> None:
    before, case = opened(worker), opened(worker)
    since = datetime.now(UTC).isoformat()
    assert listed(worker, **NAMES, since=since)["counts"]["changed"] == 0
    consented(worker, case)
    assert listed(worker, **NAMES, since=since)["counts"]["changed"] == 1
    assert cases_of(worker, filter="changed", since=since) == [case]
    assert before not in cases_of(worker, filter="changed", since=since)


@pytest.mark.integration
def test_a_reader_without_assessments_gets_no_count_of_them(worker: Client, door: RequestPipeline) -> None:
    adviser, case = Client(door, "legal_adviser"), opened(worker)
    told(join(worker, case, adviser, "legal_adviser"), 201)
    assert "urgent" not in listed(adviser, **NAMES)["counts"]


@pytest.mark.integration
def test_names_take_the_same_statements_for_many_cases_as_for_one(worker: Client, own_keys: Keys) -> None:
    def taken() -> list[Any]:
        own_keys._cached.clear()
        with statements() as sent:
            listed(worker, **NAMES)
        return sent

    named(worker)
    one = taken()
    for _ in range(5):
        named(worker)
    many = taken()
    assert len(many) == len(one), listing(many)
    assert [each.verb for each in many].count("INSERT") == 1, "one entry in the audit for a page"


@pytest.mark.integration
def test_a_page_with_names_is_noted_as_such(worker: Client, database: Database) -> None:
    listed(worker)
    listed(worker, **NAMES)
    with database.transaction() as session:
        rows = session.execute(text("select action from audit_log where action like 'work_list%' order by number"))
        assert list(rows.scalars()) == ["work_list.read", "work_list.read_names"]


@pytest.mark.integration
def test_a_joined_case_has_the_stage_that_the_case_itself_shows(worker: Client) -> None:
    case, alias = (opened(worker, jurisdiction="GB-EAW") for _ in range(2))
    told(worker.ask("POST", f"/v1/cases/{alias}/identification", SUBMITTED), 201)
    joined(worker, case, alias)
    for each in (case, alias):
        shown = told(worker.ask("GET", f"/v1/cases/{each}"))
        assert line(worker, each)["stage"] == shown["identification_status"] == "referred"


@pytest.mark.integration
def test_a_search_shows_names_only_where_they_are_asked_for_and_may_be_seen(
    worker: Client, door: RequestPipeline
) -> None:
    case = named(worker)

    def found(who: Client, **query: str) -> list[dict[str, Any]]:
        hits: list[dict[str, Any]] = told(who.ask("POST", "/v1/searches", {"name": "Ruxandra"}, query=query))["found"]
        return hits

    assert found(worker) == [{"case": case, "alike": "same"}]
    [hit] = found(worker, **NAMES)
    number = told(worker.ask("GET", f"/v1/cases/{case}"))["number"]
    assert (hit["name"], hit["number"], hit["stage"], hit["status"]) == (NAME, number, "not_referred", "open")
    assert [lead["member"] for lead in hit["led_by"]] == [str(worker.subject)]
    supervisor = Client(door, "supervisor")
    told(supervise(door, supervisor, worker))
    assert found(supervisor, **NAMES)[0]["name"] == NAME
    assert worker.ask("POST", "/v1/searches", {"name": "R"}, query={"with": "all"}).status_code == 400
