"""The self-check over HTTP is open without a token, and stores no answers."""

import json
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from services.intake.facts.detection import rules as self_check
from services.intake.facts.detection.actions import self_checks
from services.intake.service import Intake
from shared.access.tokens import new_key, service_issuer
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import opened, rule_of
from tests.kit.intake.steps import events

pytestmark = pytest.mark.integration

ANSWERS = {"withholding_of_wages": "yes", "intimidation_and_threats": "not_sure", "isolation": "no"}


class Anybody:
    """A client without a token."""

    def __init__(self, door: RequestPipeline) -> None:
        settings = SimpleNamespace(signing_key=json.dumps(new_key(service_issuer("intake"))))
        self._service: Any = Intake()
        self._service.edge, self._service.process = door, SimpleNamespace(settings=settings)

    def ask(self, name: str, body: Any = None, status: int = 200) -> dict[str, Any]:
        spec = getattr(Intake, name).route
        built = EnvironBuilder(path=spec.path, method=spec.method, json=body)
        return told(getattr(Intake, name)(self._service, Request(built.get_environ())), status)

    def check(self, answers: dict[str, str], **different: Any) -> dict[str, Any]:
        return self.ask("check_self", {"language": "bg", "answers": answers, **different})


@pytest.fixture
def anybody(door: RequestPipeline) -> Anybody:
    return Anybody(door)


def kept(database: Database, table: str) -> list[dict[str, Any]]:
    with database.transaction() as session:
        return [dict(row) for row in session.execute(text(f"select * from {table}")).mappings()]  # noqa: S608


def test_the_questions_are_codes_and_say_nothing_of_what_an_answer_means(anybody: Anybody) -> None:
    found = anybody.ask("self_check")
    assert found.keys() == {"says", "questions", "answers"}
    assert len(found["questions"]) == 11
    assert found["answers"] == ["yes", "no", "not_sure", "passed_over"]


def test_answers_give_information_and_leave_a_count_alone(anybody: Anybody, database: Database) -> None:
    found = anybody.check(ANSWERS)
    anybody.check({})

    assert found == {
        "topics": list(self_check.information(ANSWERS).topics),
        "urgent": True,
        "says": self_check.SAYS,
        "return_code": None,
    }
    assert found["topics"][0] == "immediate_help"
    [count] = kept(database, "self_check_counts")
    assert (count["language"], count["completed"], count["urgent"], count["return_codes"]) == ("bg", 2, 1, 0)
    for table in ("return_codes", "event_log", "audit_log", "cases"):
        assert kept(database, table) == []


@pytest.mark.promise("SEC-7", "SEC-113")
def test_a_code_leads_back_and_shows_nothing_of_the_visit_before(anybody: Anybody, database: Database) -> None:
    code = anybody.check(ANSWERS, return_code=True)["return_code"]

    back = anybody.ask("come_back", {"code": f" {code.lower()} ", "topics": ["documents"]})
    assert back == {"topics": ["documents", "where_to_find_help"], "urgent": False, "says": self_check.SAYS}
    [row] = kept(database, "return_codes")
    assert row.keys() == {"fingerprint", "issued_on"}
    assert code.replace("-", "") not in str(row)


def test_a_code_of_another_key_one_never_given_and_one_that_ran_out_look_the_same(
    anybody: Anybody, door: RequestPipeline, database: Database
) -> None:
    code = anybody.check({}, return_code=True)["return_code"]
    never = self_check.return_code(bytes(9))
    refused = [anybody.ask("come_back", {"code": never}, 422), Anybody(door).ask("come_back", {"code": code}, 422)]
    with database.transaction() as session:
        session.execute(text("update return_codes set issued_on = issued_on - 91"))
    refused.append(anybody.ask("come_back", {"code": code}, 422))

    assert [rule_of(each) for each in refused] == ["code_leads_back"] * 3
    assert len({each["detail"] for each in refused}) == 1
    assert code not in str(refused)
    assert rule_of(anybody.ask("come_back", {"code": code[:-1] + "?"}, 422)) == "code_reads_right"


def test_codes_that_ran_out_go_and_no_more_than_a_days_number_are_given(
    anybody: Anybody, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    anybody.check({}, return_code=True)
    with database.transaction() as session:
        session.execute(text("update return_codes set issued_on = issued_on - 91"))
    monkeypatch.setattr(self_checks, "CODES_A_DAY", 2)
    given = [anybody.check(ANSWERS, return_code=True) for _ in range(3)]

    assert [each["return_code"] is None for each in given] == [False, False, True]
    assert {each["topics"][0] for each in given} == {"immediate_help"}
    assert len(kept(database, "return_codes")) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"answers": {"my_name": "yes"}},
        {"answers": {"isolation": "perhaps"}},
        {"answers": ["isolation"]},
        {"language": "nonsense"},
        {"telephone": "123"},
    ],
)
def test_what_is_not_asked_is_refused_and_nothing_is_counted(
    anybody: Anybody, database: Database, wrong: dict[str, Any]
) -> None:
    anybody.ask("check_self", {"language": "bg", "answers": {}, **wrong}, 422)
    assert kept(database, "self_check_counts") == []


def account(client: Client, case: str, status: int = 201, **body: Any) -> dict[str, Any]:
    return told(client.ask("POST", f"/v1/cases/{case}/accounts", body), status)


def test_nobody_tells_twice_without_a_reason_that_is_written_down(worker: Client, database: Database) -> None:
    case = opened(worker)
    account(worker, case)
    assert rule_of(account(worker, case, 409)) == "told_once"
    assert rule_of(account(worker, case, 409, reason="account_not_shared_with_us")) == "told_once"
    account(worker, case, reason="person_wishes")

    told_of = [data for _name, data in events(database, case, "account.recorded")]
    assert [(each["times"], each["reason"]) for each in told_of] == [(1, None), (2, "person_wishes")]


def test_an_account_that_we_may_not_read_is_a_reason_to_ask_and_counts(worker: Client) -> None:
    case = opened(worker)
    account(worker, case, elsewhere=True)
    account(worker, case, elsewhere=True)
    assert rule_of(account(worker, case, 409)) == "told_once"
    account(worker, case, reason="account_not_shared_with_us")

    shown = told(worker.ask("GET", f"/v1/cases/{case}"))["accounts"]
    assert [each["times"] for each in shown] == [1, 2, 3]
    assert all(UUID(each["id"]) for each in shown)


def test_the_test_clock_says_what_day_it_is(anybody: Anybody, database: Database) -> None:
    clock = database.provided(TIME_SOURCE)
    assert isinstance(clock, TimeSource)
    with database.transaction() as session:
        clock.move(session, clock.now(session).replace(year=2030, month=5, day=17))
    anybody.check({}, return_code=True)
    assert str(kept(database, "return_codes")[0]["issued_on"]) == "2030-05-17"
    assert str(kept(database, "self_check_counts")[0]["month"]) == "2030-05-01"


def test_an_anonymous_self_check_raises_nothing_and_shows_first_how_to_get_help_now(
    door: RequestPipeline, database: Database
) -> None:
    shown = Anybody(door).check({"physical_and_sexual_violence": "yes", "restriction_of_movement": "yes"})
    assert (shown["topics"][0], shown["urgent"]) == ("immediate_help", True)
    with database.transaction() as session:
        assert session.execute(text("select name from event_log")).scalars().all() == []


def test_answers_by_question_lead_to_the_same_information_as_those_by_indicator(anybody: Anybody) -> None:
    by_question = anybody.ask("check_self", {"language": "vi", "questions": {"debt": "yes", "hurt": "not_sure"}})
    touched = {"debt_bondage": "yes", "physical_and_sexual_violence": "not_sure"}
    assert by_question == anybody.check(touched, language="vi")


def test_a_check_has_answers_by_indicator_or_by_question(anybody: Anybody) -> None:
    for wrong in ({}, {"answers": {}, "questions": {}}):
        anybody.ask("check_self", {"language": "vi", **wrong}, 422)
