"""The most frequent requests send few SQL statements, however large the case is."""

import json

import pytest

from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.encryption import Keys
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.agencies import registered, works_for
from tests.kit.client import Client, edge_of, told
from tests.kit.intake.cases import OPEN, done, opened
from tests.kit.intake.merges import joined, with_clocks
from tests.kit.intake.referrals import consented, drafted
from tests.kit.intake.standing import join
from tests.kit.statements import Statement, listing, statements

pytestmark = pytest.mark.integration


@pytest.fixture
def door(database: Database, own_keys: Keys) -> RequestPipeline:
    """The service as in production: its clock cannot be moved, so it does not query the database for the time."""
    clock = TimeSource(movable=False)
    database.provide(TIME_SOURCE, clock)
    return edge_of(database, clock=clock)


def reads(sent: list[Statement]) -> list[Statement]:
    return [statement for statement in sent if statement.reads]


def a_case_with_others(worker: Client) -> str:
    """A case with records, an annotation and a link."""
    case, linked = (opened(worker) for _ in range(2))
    drafted(worker, case)
    referral = told(worker.ask("GET", f"/v1/cases/{case}"))["referrals"][0]["id"]
    said = {"about": "referral", "record": referral, "reason": "said_otherwise", "statement": "Fictitious."}
    told(worker.ask("POST", f"/v1/cases/{case}/annotations", said), 201)
    told(worker.ask("POST", f"/v1/cases/{case}/links", {"case": linked, "kind": "family"}), 201)
    return case


def test_a_case_is_opened_in_five_statements(worker: Client) -> None:
    with statements() as sent:
        told(worker.ask("POST", "/v1/cases", OPEN), 201)
    assert len(sent) <= 5, listing(sent)


def test_where_the_clock_may_be_moved_no_request_takes_a_statement_more(database: Database, own_keys: Keys) -> None:
    trainee = Client(edge_of(database, clock=TimeSource(movable=True)), "caseworker")
    with statements() as opening:
        case = told(trainee.ask("POST", "/v1/cases", OPEN), 201)["id"]
    with statements() as reading:
        told(trainee.ask("GET", f"/v1/cases/{case}"))
    with statements() as listing_work:
        told(trainee.ask("GET", "/v1/work-list"))
    assert [len(sent) for sent in (opening, reading, listing_work)] == [5, 3, 3], listing([*opening, *reading])


def test_a_case_is_read_whole_in_four_selects_and_noted(worker: Client) -> None:
    case = a_case_with_others(worker)
    with statements() as sent:
        shown = told(worker.ask("GET", f"/v1/cases/{case}"))
    assert [len(shown[name]) for name in ("annotations", "links")] == [1, 1]
    assert len(reads(sent)) <= 4, listing(sent)
    assert [statement.verb for statement in sent if statement not in reads(sent)] == ["INSERT"], listing(sent)


def test_a_joined_case_takes_few_selects_more_whatever_its_cases_hold(worker: Client) -> None:
    """Each read decides which parts of the person's other cases are visible, and derives the periods."""
    case, alias, third = a_case_with_others(worker), with_clocks(worker), with_clocks(worker)
    alone = reads_of_case(worker, case)
    joined(worker, case, alias)
    assert told(worker.ask("GET", f"/v1/cases/{case}"))["clocks"]
    assert reads_of_case(worker, case) - alone <= 10
    joined(worker, case, third)
    assert reads_of_case(worker, case) - alone <= 11


def test_a_joined_case_of_which_a_reader_may_have_some_takes_few_selects_more(
    worker: Client, database: Database, door: RequestPipeline
) -> None:
    agency, reader = registered(database), Client(door, "caseworker")
    works_for(database, reader.subject, agency, "caseworker")
    case, alias = opened(reader), with_clocks(worker)
    alone = reads_of_case(reader, case)
    told(join(reader, case, worker, "caseworker"), 201)
    consented(worker, alias, agency=agency, data_categories=["account", "identity"])
    joined(worker, case, alias)
    assert told(reader.ask("GET", f"/v1/cases/{case}"))["clocks"]
    assert reads_of_case(reader, case) - alone <= 15


def reads_of_case(who: Client, case: str) -> int:
    with statements() as sent:
        told(who.ask("GET", f"/v1/cases/{case}"))
    return len(reads(sent))


def test_a_work_list_takes_few_selects_more_for_each_joined_case_on_it(worker: Client) -> None:
    cases = [with_clocks(worker) for _ in range(3)]
    with statements() as before:
        told(worker.ask("GET", "/v1/work-list"))
    joined(worker, cases[0], cases[1])
    with statements() as sent:
        told(worker.ask("GET", "/v1/work-list"))
    assert len(sent) - len(before) <= 2 * 10, listing(sent)


def test_a_case_without_others_is_read_in_two_selects(worker: Client) -> None:
    case = opened(worker)
    with statements() as sent:
        told(worker.ask("GET", f"/v1/cases/{case}"))
    assert len(reads(sent)) == 2, listing(sent)


def test_one_statement_finds_the_supervisors_of_a_case_without_a_team(worker: Client, door: RequestPipeline) -> None:
    case, supervisor = opened(worker), Client(door, "supervisor")
    done(worker, case, f"team/{worker.subject}", method="DELETE", status=204)
    with statements() as sent:
        told(supervisor.ask("GET", f"/v1/cases/{case}"))
    assert len(reads(sent)) == 3, listing(sent)


def test_the_work_list_is_one_statement_plus_the_token_check_without_offers(
    worker: Client,
) -> None:
    cases = [opened(worker) for _ in range(5)]
    with statements() as sent:
        reply = worker.ask("GET", "/v1/work-list")
    assert len(json.loads(reply.get_data(as_text=True))["cases"]) == len(cases)
    assert [statement.verb for statement in sent] == ["SELECT", "WITH", "INSERT"], listing(sent)
