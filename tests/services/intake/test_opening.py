"""The opening is corrected, the name follows the person's choice, and another law applies from a day on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.names import GIVEN, named

pytestmark = pytest.mark.integration


def ago(days: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=days)).isoformat()


def case_of(client: Client, case: str) -> dict[str, Any]:
    return told(client.ask("GET", f"/v1/cases/{case}"))


def post(client: Client, case: str, path: str, body: dict[str, Any], status: int = 201) -> dict[str, Any]:
    return told(client.ask("POST", f"/v1/cases/{case}/{path}", body), status)


def changes(database: Database, case: str) -> list[dict[str, Any]]:
    with database.transaction() as session:
        of_case = text("select data from event_log where subject = :case and name = 'contact.changed' order by serial")
        return list(session.execute(of_case, {"case": UUID(case)}).scalars())


def test_the_opening_is_put_right_with_a_reason_and_what_stood_there_is_kept(
    worker: Client, database: Database
) -> None:
    case = opened(worker, language="bg", channel="chat", opened_on=ago(9))
    right = {"reason": "wrong_code", "language": "ro", "channel": "phone"}
    post(worker, case, "opening/corrections", right)
    shown = case_of(worker, case)
    assert (shown["language"], shown["channel"], shown["source"], shown["revision"]) == ("ro", "phone", "self", 2)
    [correction] = shown["corrections"]
    assert (correction["record"], correction["was"]) == (case, {"language": "bg", "channel": "chat"})
    [changed] = changes(database, case)
    assert (changed["language"], changed["channel"], changed["opened_on"]) == ("ro", "phone", ago(9))


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"reason": "not_so"}, "case_was_opened"),
        ({"reason": "wrong_code"}, "correction_says_what"),
        ({"reason": "wrong_code", "language": "bg"}, "correction_says_what"),
        ({"reason": "wrong_date", "opened_on": "2190-01-01"}, "not_in_the_future"),
    ],
)
def test_a_correction_says_what_is_so_instead_and_takes_no_case_back(
    worker: Client, body: dict[str, str], rule: str
) -> None:
    case = opened(worker, language="bg")
    assert rule_of(post(worker, case, "opening/corrections", body, 422)) == rule


def test_another_day_of_the_opening_is_one_of_its_facts_too(worker: Client) -> None:
    case = opened(worker, opened_on=ago(9))
    post(worker, case, "opening/corrections", {"reason": "wrong_date", "opened_on": ago(30)})
    facts = told(worker.ask("GET", f"/v1/cases/{case}/facts"))["facts"]
    assert {each["happened"] for each in facts if each["kind"] in ("law", "person")} == {ago(30)}


def test_whoever_wants_no_name_has_none_here_and_may_choose_otherwise(worker: Client, database: Database) -> None:
    case = named(worker)
    chosen = {"anonymous": True, "reason": "person_is_afraid"}
    assert rule_of(post(worker, case, "anonymity", chosen, 409)) == "anonymous_holds_no_name"
    done(worker, case, "person", {"names": [{"kind": "called_by", "name": "Ruxi"}]}, method="PUT")
    post(worker, case, "anonymity", chosen)
    assert case_of(worker, case)["anonymous"] is True
    assert rule_of(done(worker, case, "person", {"names": [GIVEN]}, 409, "PUT")) == "anonymous_holds_no_name"
    assert rule_of(done(worker, case, "person/names", GIVEN, 409)) == "anonymous_holds_no_name"
    assert rule_of(post(worker, case, "anonymity", chosen, 409)) == "choice_changes_something"
    post(worker, case, "anonymity", {"anonymous": False, "reason": "needed_for_a_procedure"})
    done(worker, case, "person", {"names": [GIVEN]}, method="PUT")
    assert [each["anonymous"] for each in changes(database, case)] == [True, False]
    choices = case_of(worker, case)["anonymity_choices"]
    assert [each["reason"] for each in choices] == ["person_is_afraid", "needed_for_a_procedure"]


def test_another_law_applies_from_a_day_and_running_periods_keep_their_law(worker: Client, database: Database) -> None:
    case = opened(worker, jurisdiction="GB-EAW", opened_on=ago(40))
    step = {"stage": "referred", "authority": "GB.SCA", "made_elsewhere": True, "occurred_on": ago(3)}
    post(worker, case, "identification", step)
    before = {each["code"]: each["jurisdiction"] for each in case_of(worker, case)["clocks"]}
    assert set(before.values()) == {"GB-EAW"}
    post(worker, case, "law", {"jurisdiction": "RO", "since": ago(1)})
    shown = case_of(worker, case)
    assert shown["jurisdiction"] == "RO"
    assert {each["code"]: each["jurisdiction"] for each in shown["clocks"]} == before
    assert [each["jurisdiction"] for each in changes(database, case)] == ["RO"]
    laws = [each for each in told(worker.ask("GET", f"/v1/cases/{case}/facts"))["facts"] if each["kind"] == "law"]
    assert sorted((each["happened"], each["jurisdiction"]) for each in laws) == [(ago(40), "GB-EAW"), (ago(1), "RO")]


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        ({"jurisdiction": "NL", "since": ago(1)}, 409, "law_changes"),
        ({"jurisdiction": "RO", "since": ago(40)}, 422, "law_of_the_opening"),
        ({"jurisdiction": "RO", "since": "2190-01-01"}, 422, "not_in_the_future"),
    ],
)
def test_a_law_that_does_not_change_or_not_yet_is_refused(
    worker: Client, body: dict[str, str], status: int, rule: str
) -> None:
    case = opened(worker, jurisdiction="NL", opened_on=ago(40))
    assert rule_of(post(worker, case, "law", body, status)) == rule


def test_a_law_recorded_wrongly_is_put_right_from_the_beginning(worker: Client, database: Database) -> None:
    case = opened(worker, jurisdiction="NL")
    [law] = [each for each in told(worker.ask("GET", f"/v1/cases/{case}/facts"))["facts"] if each["kind"] == "law"]
    post(worker, case, f"facts/{law['id']}/correction", {"reason": "wrong_code", "jurisdiction": "RO"})
    assert case_of(worker, case)["jurisdiction"] == "RO"
    assert [each["jurisdiction"] for each in changes(database, case)] == ["RO"]


def test_who_has_no_part_in_the_case_changes_nothing_of_it(worker: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    stranger = Client(door, "caseworker")
    for path, body in (
        ("opening/corrections", {"reason": "wrong_code", "language": "ro"}),
        ("anonymity", {"anonymous": True, "reason": "person_is_afraid"}),
        ("law", {"jurisdiction": "RO", "since": ago(0)}),
    ):
        post(stranger, case, path, body, 404)
