"""One call opens a case for each of several people found together.

It can be resumed by its key, and the cases stay unlinked.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog
from sqlalchemy import select, update
from werkzeug.wrappers import Response

from services.intake.cases.lifecycle.actions import opening
from services.intake.cases.lifecycle.schemas import OpenCases
from services.intake.facts.case.models import Case
from services.intake.facts.detection.models import Detection
from services.intake.service import EMITS
from shared.access.tokens import STAFF, Principal
from shared.audit.trail import audit_log
from shared.deadlines.time_source import TIME_SOURCE
from shared.exchange.eventlog import event_log
from shared.http import Pieces, RequestPipeline, idempotency
from shared.privacy.erasure import rows
from shared.runtime import expiry
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.databases import as_owner

pytestmark = pytest.mark.integration

ADDRESS = "/v1/case-openings"
FOUND = {
    "indicators": ["retention_of_identity_documents"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["WithholdsDocuments"],
    "detector": "labour_inspectorate",
    "earliest_incident_on": "2025-06",
}
COMMON = {"jurisdiction": "NL", "source": "labour_inspectorate", "channel": "in_person", "opened_on": "2025-08-31"}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def person(number: int, **different: Any) -> dict[str, Any]:
    return {"reference": f"W{number}", "language": "vi", "anonymous": True, **different}


FIVE = [person(1), person(2), person(3, language="ti"), person(4, age="adult"), person(5, language="ro")]


def body(people: list[dict[str, Any]] = FIVE, **different: Any) -> dict[str, Any]:
    return {"common": {**COMMON, **different}, "people": people}


def became(reply: Response | dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Return the result for each person by their reference: status and case."""
    people = (reply if isinstance(reply, dict) else told(reply))["people"]
    return {one["reference"]: (one["status"], one["case"]) for one in people}


def count(database: Database, table: Any = Case) -> int:
    with database.transaction() as session:
        return len(session.scalars(select(table.id)).all())


def test_each_person_has_a_case_of_their_own_in_the_order_asked(worker: Client, database: Database) -> None:
    answer = told(worker.ask("POST", ADDRESS, body(detection=FOUND)))
    assert [one["reference"] for one in answer["people"]] == ["W1", "W2", "W3", "W4", "W5"]
    assert {one["status"] for one in answer["people"]} == {"opened"}
    assert {one["problem"] for one in answer["people"]} == {None}
    assert len({one["case"] for one in answer["people"]}) == count(database) == count(database, Detection) == 5
    shown = told(worker.ask("GET", f"/v1/cases/{answer['people'][3]['case']}"))
    assert (shown["language"], shown["age"], shown["anonymous"], shown["opened_on"]) == (
        "vi",
        "adult",
        True,
        "2025-08-31",
    )
    assert [(one["earliest_incident_on"], one["strength"]) for one in shown["detections"]] == [("2025-06", "weak")]
    assert [(member["member"], member["lead"]) for member in shown["team"]] == [(str(worker.subject), True)]


def test_who_is_refused_keeps_nobody_else_from_a_case(worker: Client, database: Database) -> None:
    people = [person(1), person(2, opened_on="2199-01-01"), person(3)]
    answer = told(worker.ask("POST", ADDRESS, body(people), Idempotency_Key="one"))
    assert [one["status"] for one in answer["people"]] == ["opened", "refused", "opened"]
    refused = answer["people"][1]
    assert refused["case"] is None
    assert refused["problem"]["field"] == "opened_on"
    assert "2199" not in json.dumps(refused)
    assert told(worker.ask("POST", ADDRESS, body(people), Idempotency_Key="one")) == answer
    mended = became(worker.ask("POST", ADDRESS, body([person(1), person(2), person(3)]), Idempotency_Key="two"))
    assert mended["W2"][0] == "opened"
    assert mended["W1"] == ("opened", answer["people"][0]["case"])
    assert count(database) == 3


def test_what_has_not_the_form_is_refused_whole_and_says_whose_field_it_is(worker: Client, database: Database) -> None:
    wrong = told(worker.ask("POST", ADDRESS, body([person(1), person(2, language="xx")])), 422)
    assert [error["field"] for error in wrong["errors"]] == ["people.1.language"]
    wrong_references = [[person(1, reference=each)] for each in ("Anna K.", "W1\n", "", "w" * 41)]
    for people in ([], [person(1), person(1)], [person(n) for n in range(51)], *wrong_references):
        assert worker.ask("POST", ADDRESS, body(people)).status_code == 422
    assert worker.ask("POST", ADDRESS, body(), Idempotency_Key="").status_code == 400
    assert count(database) == 0


def test_the_same_key_answers_the_same_and_belongs_to_this_list(worker: Client, database: Database) -> None:
    first, again = (told(worker.ask("POST", ADDRESS, body(), Idempotency_Key="one")) for _ in range(2))
    assert first == again
    assert worker.ask("POST", ADDRESS, body(FIVE[::-1]), Idempotency_Key="one").status_code == 422
    # A retry after days gets the same response, although its references can be used again.
    age(database, timedelta(days=3))
    assert told(worker.ask("POST", ADDRESS, body(), Idempotency_Key="one")) == first
    assert count(database) == 5


def age(database: Database, by: timedelta) -> None:
    """Move the time of the request into the past."""
    with database.transaction() as session:
        session.execute(update(idempotency.keys).values(at=idempotency.keys.c.at - by))


def test_the_list_again_under_another_key_and_in_another_order_opens_no_second_case(
    worker: Client, database: Database
) -> None:
    first = became(worker.ask("POST", ADDRESS, body(detection=FOUND)))
    again = worker.ask("POST", ADDRESS, body(FIVE[::-1], detection=FOUND), Idempotency_Key="other")
    assert became(again) == first
    assert list(became(again)) == ["W5", "W4", "W3", "W2", "W1"]
    assert count(database) == count(database, Detection) == 5
    # The response to the other key stays the same as well, once the references can be used again.
    age(database, timedelta(hours=25))
    again = worker.ask("POST", ADDRESS, body(FIVE[::-1], detection=FOUND), Idempotency_Key="other")
    assert became(again) == first
    anew = became(worker.ask("POST", ADDRESS, body(detection=FOUND)))
    assert not {case for _, case in anew.values()} & {case for _, case in first.values()}


def test_one_reference_is_never_two_people(worker: Client, database: Database) -> None:
    worker.ask("POST", ADDRESS, body([person(1), person(2)]))
    answer = told(worker.ask("POST", ADDRESS, body([person(1, language="ti"), person(3)])))
    assert [one["status"] for one in answer["people"]] == ["refused", "opened"]
    assert answer["people"][0]["problem"]["rule"] == "reference_in_use"
    assert count(database) == 3


def test_the_same_references_of_another_sender_are_other_people(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    one = became(worker.ask("POST", ADDRESS, body(), Idempotency_Key="one"))
    other = became(Client(door, "caseworker").ask("POST", ADDRESS, body(), Idempotency_Key="one"))
    assert not {case for _, case in one.values()} & {case for _, case in other.values()}
    assert count(database) == 10


def test_the_same_list_twice_at_once_opens_five_cases(worker: Client, database: Database) -> None:
    lists = [("one", FIVE), ("two", FIVE[::-1]), ("one", FIVE), ("three", FIVE[2:] + FIVE[:2])]
    with ThreadPoolExecutor(len(lists)) as pool:
        asked = [pool.submit(worker.ask, "POST", ADDRESS, body(each), Idempotency_Key=key) for key, each in lists]
        answers = [became(one.result()) for one in asked]
    assert all(answer == answers[0] for answer in answers)
    assert count(database) == 5


def test_who_still_waits_is_opened_when_the_call_is_sent_again(worker: Client, database: Database) -> None:
    command: Any = OpenCases.schema().load(body())
    by = Principal(str(worker.subject), frozenset(("caseworker",)), STAFF)
    pieces = Pieces(database, database.provided(TIME_SOURCE), EMITS, by, "one")
    begun = opening.open_cases(pieces, command, by=by, seconds=0)
    assert [one["status"] for one in begun] == ["opened", *["waiting"] * 4]
    assert count(database) == 1
    answer = worker.ask("POST", ADDRESS, body(), Idempotency_Key="one")
    assert became(answer)["W1"] == ("opened", str(begun[0]["case"]))
    assert {status for status, _ in became(answer).values()} == {"opened"}
    assert "Retry-After" not in answer.headers
    assert count(database) == 5


def test_a_call_that_broke_off_goes_on_where_it_ended(worker: Client, database: Database) -> None:
    with as_owner(database) as owner:
        owner.execute(BREAKS_OFF)
    broken = worker.ask("POST", ADDRESS, body(), Idempotency_Key="one")
    assert (broken.status_code, broken.headers["Retry-After"]) == (503, "2")
    with database.transaction() as session:
        kept = {str(case) for case in session.scalars(select(Case.id))}
    with as_owner(database) as owner:
        owner.execute("drop trigger breaks_off on cases")
    assert len(kept) == 2
    answer = became(worker.ask("POST", ADDRESS, body(), Idempotency_Key="one"))
    assert {answer["W1"][1], answer["W2"][1]} == kept
    assert count(database) == 5


#: On the third of five people, the server rolls back the transaction.
BREAKS_OFF = """
    create function breaks_off() returns trigger language plpgsql as
        $$ begin raise exception 'away' using errcode = '57P01'; end $$;
    create trigger breaks_off before insert on cases for each row when (new.language = 'ti')
        execute function breaks_off()
"""


def test_nothing_that_is_kept_connects_two_of_them(worker: Client, database: Database) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        reply = worker.ask("POST", ADDRESS, body(detection=FOUND), Idempotency_Key="one", traceparent=TRACE)
    cases = [UUID(str(case)) for _, case in became(reply).values()]
    of_call = {reply.headers["Request-Id"], TRACE.split("-")[1]}
    with database.transaction() as session:
        events = session.execute(select(event_log)).mappings().all()
        audits = session.execute(select(audit_log).order_by(audit_log.c.number)).mappings().all()
        claims = session.execute(select(idempotency.keys)).mappings().all()
    assert {event["subject"] for event in events} == set(cases)
    assert {event["traceparent"] for event in events} == {None}
    for case in cases:
        noted = [row for row in audits if row["subject"] == case]
        assert [(row["action"], row["status"]) for row in noted] == [("case.open", 201), ("detection.record", 201)]
        own = {str(row["correlation"]) for row in noted}
        assert {str(event["correlation"]) for event in events if event["subject"] == case} == own
        others = [row for row in (*events, *audits, *lines) if row.get("subject") != case]
        assert len(own) == 1
        assert not any(word in str(dict(row)) for row in others for word in own)
    for row in (*events, *audits):
        assert sum(str(case) in str(dict(row)) for case in cases) == 1
        assert not any(word in str(dict(row)) for word in of_call)
    assert len(audits) == 10
    # The stored data of the call names no case. It identifies each person by two unique digests.
    assert sorted(str(claim["created"]) for claim in claims) == sorted([*map(str, cases * 2), "None"])
    assert {claim["body"] for claim in claims} == {None}
    assert len({claim["request"] for claim in claims}) == len(claims)
    assert not any(one["reference"] in (claim["key"], claim["request"]) for one in FIVE for claim in claims)
    assert len({claim["at"] for claim in claims if claim["created"]}) == 5


def test_sent_again_each_is_audited_again_by_itself(worker: Client, database: Database) -> None:
    for _ in range(2):
        worker.ask("POST", ADDRESS, body(), Idempotency_Key="one")
    with database.transaction() as session:
        noted = session.execute(select(audit_log.c.subject, audit_log.c.correlation)).all()
    assert len(noted) == len({row.correlation for row in noted}) == 10


def test_what_is_kept_of_a_reference_goes_with_the_case_and_with_time(worker: Client, database: Database) -> None:
    opened = became(worker.ask("POST", ADDRESS, body()))
    with database.transaction() as session:
        rows.delete_mechanism(session, UUID(opened["W1"][1]))
    with database.transaction() as session:
        assert len(session.execute(select(idempotency.keys)).all()) == 9
    age(database, timedelta(days=31))
    [expiring] = [each for each in expiry.EXPIRING if each.table is idempotency.keys]
    assert expiry.sweep(database, expiring) == 9


def test_only_who_may_record_signs_opens_with_signs(door: RequestPipeline, database: Database) -> None:
    adviser = Client(door, "legal_adviser")
    assert told(adviser.ask("POST", ADDRESS, body(detection=FOUND)), 403)["action"] == "detection.record"
    assert told(Client(door, "counsellor").ask("POST", ADDRESS, body()), 403)["action"] == "case.open"
    assert count(database) == 0
    with database.transaction() as session:
        assert session.execute(select(audit_log.c.status)).scalars().all() == [403, 403]
    assert len(became(adviser.ask("POST", ADDRESS, body()))) == 5
