"""Safe contact: agreed, sealed, published only as far as needed, and refused if a channel is unsafe."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.copies import copy_of, released
from tests.kit.intake.disclosures import decided, demanded, joined
from tests.kit.intake.safe_contact import ANY_TIME

pytestmark = pytest.mark.integration
SECRETS = ("păpădie", "library", "brother", "Bucharest")


def agreed(worker: Client, **different: Any) -> str:
    case = opened(worker)
    done(worker, case, "safe-contact", {**ANY_TIME, **different}, method="PUT")
    return case


def now(who: Client, case: str) -> dict[str, Any]:
    found: dict[str, Any] = told(who.ask("GET", f"/v1/cases/{case}/safe-contact"))["safe_contact"]
    return found


def attempt(who: Client, case: str, channel: str, status: int, **more: Any) -> dict[str, Any]:
    body = {"channel": channel, "outcome": "reached", **more}
    return told(who.ask("POST", f"/v1/cases/{case}/contact-attempts", body), status)


def other_weekday() -> str:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return days[(datetime.now(UTC).weekday() + 3) % 7]


def test_whoever_may_contact_is_told_how_and_no_more_than_that(worker: Client, database: Database) -> None:
    assert now(worker, opened(worker)) == {"recorded": False, "ways": []}
    case = agreed(worker)
    found = now(worker, case)
    assert found["ways"] == ["in_person", "phone"]
    assert (found["code_word"], found["story"]) == ("păpădie", "The library asks for its books")
    assert "unsafe" not in found
    asleep = {"day": other_weekday(), "begins": "10:00", "ends": "12:00"}
    done(worker, case, "safe-contact", {**ANY_TIME, "windows": [asleep]}, method="PUT")
    later = now(worker, case)
    assert later.keys() == {"recorded", "ways", "next_safe_at"}
    assert later["ways"] == []
    whole = told(worker.ask("GET", f"/v1/cases/{case}/safe-contact/agreement"))["agreement"]
    assert whole["windows"] == [{**asleep, "begins": "10:00:00", "ends": "12:00:00"}]
    assert rule_of(attempt(worker, case, "phone", 409)) == "agreed_times"
    with database.transaction() as session:
        kept = session.execute(text("select safe_contacts::text from safe_contacts")).scalars().all()
        told_of = session.execute(text("select data::text from event_log")).scalars().all()
    assert [each for each in SECRETS if each in str(kept) + str(told_of) or each.encode().hex() in str(kept)] == []


@pytest.mark.hazard("H-DANGER-7", control="safe-contact")
def test_every_outgoing_contact_passes_the_rule(worker: Client, door: RequestPipeline) -> None:
    assert rule_of(attempt(worker, opened(worker), "phone", 409)) == "safe_contact_first"
    case = agreed(worker)
    assert rule_of(attempt(worker, case, "letter", 409)) == "channel_is_unsafe"
    assert rule_of(attempt(worker, case, "sms", 409)) == "channel_is_agreed"
    assert rule_of(attempt(worker, case, "voicemail", 409)) == "nothing_is_left"
    assert rule_of(attempt(worker, case, "phone", 422, outcome="left_message")) == "leaves_by_its_way"
    assert rule_of(attempt(worker, case, "phone", 422, at="2190-01-01T10:00:00Z")) == "not_in_the_future"
    assert rule_of(attempt(worker, case, "phone", 422, at="0001-01-01T00:00:00+14:00")) == "within_a_year"
    made = attempt(worker, case, "phone", 201, outcome="another_answered")
    tried = told(worker.ask("GET", f"/v1/cases/{case}/safe-contact"))["contact_attempts"]
    assert [(each["id"], each["channel"], each["outcome"]) for each in tried] == [
        (made["id"], "phone", "another_answered")
    ]
    assert tried[0]["made_by"] == str(worker.subject)
    stranger = Client(door, "caseworker")
    for which in (case, str(uuid4())):
        assert stranger.ask("GET", f"/v1/cases/{which}/safe-contact").status_code == 404
        attempt(stranger, which, "phone", 404)


@pytest.mark.parametrize(
    ("wrong", "field", "rule"),
    [
        ({"story": None}, "story", "story_is_agreed"),
        ({"code_word": None, "if_another_answers": "ask_for_code_word"}, "code_word", "code_word_is_agreed"),
        ({"zone": "păpădie"}, "zone", "zone_of_the_world"),
        ({"unsafe": ["phone"]}, "unsafe", "safe_or_unsafe"),
    ],
)
def test_an_agreement_that_can_not_be_followed_is_refused_and_not_repeated(
    worker: Client, wrong: dict[str, Any], field: str, rule: str
) -> None:
    refused = done(worker, opened(worker), "safe-contact", {**ANY_TIME, **wrong}, 422, "PUT")
    assert (refused["errors"][0]["field"], rule_of(refused)) == (field, rule)
    assert [each for each in SECRETS if each in str(refused)] == []


def test_that_no_way_is_safe_is_recorded_and_then_nobody_contacts_the_person(
    worker: Client, database: Database
) -> None:
    case = agreed(worker)
    done(worker, case, "safe-contact", {**ANY_TIME, "channels": [], "unsafe": ["phone"]}, method="PUT")
    assert now(worker, case) == {"recorded": True, "ways": [], "next_safe_at": None}
    for channel in ("phone", "sms", "in_person"):
        assert rule_of(attempt(worker, case, channel, 409)) == "no_safe_way"
    assert of_kind(database, "safe_contact.changed") == [{"state": "some_way_is_safe"}, {"state": "no_way_is_safe"}]


def test_an_unsafe_contact_that_has_happened_is_a_fact_and_raises_an_alert(worker: Client, database: Database) -> None:
    case = opened(worker)
    attempt(worker, case, "letter", 201, outcome="was_unsafe")
    tried = told(worker.ask("GET", f"/v1/cases/{case}/safe-contact"))["contact_attempts"]
    assert [(each["channel"], each["outcome"]) for each in tried] == [("letter", "was_unsafe")]
    attempted = {"attempt": tried[0]["id"], "outcome": "was_unsafe"}
    assert of_kind(database, "contact.attempted") == [attempted], "what came of it, and not how"
    [flagged] = of_kind(database, "danger.flagged")
    assert (flagged["danger_type"], flagged["urgency"]) == ("unsafe_contact", "immediate")


def of_kind(database: Database, name: str) -> list[dict[str, Any]]:
    with database.transaction() as session:
        found = text("select data from event_log where name = :name order by serial")
        return list(session.execute(found, {"name": name}).scalars())


def test_a_handover_contains_contact_attempts_and_never_the_contact_details(
    worker: Client, door: RequestPipeline
) -> None:
    case = agreed(worker)
    adviser = joined(door, worker, case, "legal_adviser")
    attempt(worker, case, "phone", 201)
    which = demanded(worker, case, asked=["safe_contact"])
    decided(adviser, case, which, decision="given", given=["safe_contact"])
    to_another = copy_of(worker, case, query={"disclosure": which})
    assert told(to_another).keys() == {"id", "contact_attempts", "left_out"}
    released(worker, adviser, case)
    to_the_person = copy_of(worker, case)
    for copy in (to_another, to_the_person):
        [tried] = told(copy)["contact_attempts"]
        assert (tried["channel"], tried["outcome"], tried.keys() & {"made_by"}) == ("phone", "reached", set())
        assert [each for each in SECRETS if each in str(told(copy))] == []
