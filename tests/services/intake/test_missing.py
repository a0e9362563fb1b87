"""While a person is missing, consent-based sharing waits, and no message is left that another person could find."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from services.intake.access.erasure.actions import erase
from services.intake.agencies.referral.rules import check_goes
from services.intake.facts.safe_contact.models import HeardAbsence, SharingFreeze
from services.intake.service import PARTS
from shared.casework.refusals import StepForbidden
from shared.exchange.eventlog import ORIGIN, Origin
from shared.privacy.erasure import begin
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.heard import answer, declared, ended
from tests.kit.intake.merges import joined
from tests.kit.intake.referrals import SOON, consented, drafted, sent, take
from tests.kit.intake.safe_contact import ANY_TIME
from tests.kit.intake.sharings import AT_ONCE, proposed

FROZEN, RESUMED = "sharing.frozen", "sharing.resumed"


def emitted(database: Database, case: str) -> list[str]:
    """Return the freezes and referrals that intake published for a case, in order."""
    named = text(
        "select name from event_log where subject = :case and (name like 'referral.%' or name in (:frozen, :resumed))"
        " order by serial"
    )
    with database.transaction() as session:
        return list(session.execute(named, {"case": UUID(case), "frozen": FROZEN, "resumed": RESUMED}).scalars())


def referral_of(client: Client, case: str, referral: str) -> tuple[str, str | None]:
    found = told(client.ask("GET", f"/v1/cases/{case}"))["referrals"]
    return next((each["state"], each["held_because"]) for each in found if each["id"] == referral)


@pytest.mark.integration
def test_a_referral_by_consent_waits_and_goes_once_the_person_is_found(worker: Client, database: Database) -> None:
    case, absence = opened(worker), uuid4()
    consented(worker, case)
    answer(database, declared(case, absence))
    referral = drafted(worker, case)
    taken = take(worker, case, referral, "send")
    assert (taken["effect"], taken["state"]) == ("waits", "held")
    assert referral_of(worker, case, referral) == ("held", "person_is_missing")
    preview = told(worker.ask("GET", f"/v1/cases/{case}/referrals/{referral}/package/preview"))
    assert preview["package"] == {}
    consented(worker, case)
    assert referral_of(worker, case, referral) == ("held", "person_is_missing"), "a consent of before opens nothing now"
    answer(database, ended(case, absence))
    assert referral_of(worker, case, referral) == ("sent", None)
    assert emitted(database, case) == [FROZEN, RESUMED, "referral.sent"]


@pytest.mark.integration
def test_what_was_withdrawn_meanwhile_waits_on_for_a_consent(worker: Client, database: Database) -> None:
    case, absence = opened(worker), uuid4()
    consent = consented(worker, case)
    answer(database, declared(case, absence))
    referral = drafted(worker, case)
    take(worker, case, referral, "send")
    done(worker, case, f"consents/{consent}/withdrawal", {"erase_requested": False})
    answer(database, ended(case, absence))
    assert referral_of(worker, case, referral) == ("held", "consent_before_sharing")
    assert emitted(database, case) == [FROZEN, RESUMED]


@pytest.mark.integration
def test_what_a_named_ground_covers_goes_at_once_and_what_is_under_way_is_answered(
    worker: Client, database: Database
) -> None:
    case, under_way = sent(worker)
    answer(database, declared(case, uuid4()))
    take(worker, case, under_way, "accept")
    referral = drafted(worker, case, reply_by=(SOON + timedelta(days=1)).isoformat())
    take(worker, case, referral, "send")
    assert referral_of(worker, case, referral) == ("held", "person_is_missing")
    proposed(worker, case, AT_ONCE)
    assert referral_of(worker, case, referral) == ("sent", None)
    assert emitted(database, case) == ["referral.sent", FROZEN, "referral.accepted", "referral.sent"]


def test_what_goes_without_consent_has_to_cover_all_of_it() -> None:
    check_goes(["health"], [["health", "contact_safe"]])
    for going in ([], [["contact_safe"]]):
        with pytest.raises(StepForbidden) as refused:
            check_goes(["health", "contact_safe"], going)
        assert refused.value.rule == "person_is_missing"
    with pytest.raises(StepForbidden):
        check_goes([], [])


@pytest.mark.integration
def test_nothing_is_left_for_who_is_missing_and_a_call_goes_on(worker: Client, database: Database) -> None:
    case, absence = opened(worker), uuid4()
    may = {"channels": ["phone", "sms", "email", "in_person"], "leaves": ["voicemail", "messages"]}
    done(worker, case, "safe-contact", {**ANY_TIME, **may}, method="PUT")
    answer(database, declared(case, absence))
    shown = told(worker.ask("GET", f"/v1/cases/{case}/safe-contact"))["safe_contact"]
    assert (shown["ways"], shown["may_leave"], shown["person_is_missing"]) == (["in_person", "phone"], [], True)
    assert shown["code_word"] == ANY_TIME["code_word"]
    for channel in ("voicemail", "sms", "email"):
        assert rule_of(attempt(worker, case, channel, 409)) == "nothing_is_left_meanwhile"
    assert rule_of(attempt(worker, case, "letter", 409)) == "channel_is_unsafe"
    attempt(worker, case, "phone", 201)
    attempt(worker, case, "sms", 201, outcome="was_unsafe")
    attempt(worker, case, "sms", 201, at="2026-03-02T09:00:00+00:00")
    answer(database, ended(case, absence))
    attempt(worker, case, "sms", 201)
    again = told(worker.ask("GET", f"/v1/cases/{case}/safe-contact"))["safe_contact"]
    assert (again["may_leave"], "person_is_missing" in again) == (["messages", "voicemail"], False)


def attempt(who: Client, case: str, channel: str, status: int, **more: Any) -> dict[str, Any]:
    body = {"channel": channel, "outcome": "reached", **more}
    return told(who.ask("POST", f"/v1/cases/{case}/contact-attempts", body), status)


@pytest.mark.integration
def test_a_missing_person_is_missing_in_all_merged_cases_and_in_one_after_a_split(
    worker: Client, database: Database
) -> None:
    one, other, absence = opened(worker), opened(worker), uuid4()
    answer(database, declared(other, absence))
    merge = joined(worker, one, other)["id"]
    assert (emitted(database, one), emitted(database, other)) == ([FROZEN], [FROZEN])
    done(worker, one, f"merges/{merge}", None, 204, "DELETE")
    assert (emitted(database, one), emitted(database, other)) == ([FROZEN, RESUMED], [FROZEN])
    joined(worker, one, other)
    answer(database, ended(other, absence))
    assert emitted(database, one) == [FROZEN, RESUMED] * 2
    assert emitted(database, other) == [FROZEN, RESUMED]
    with database.transaction() as session:
        linked = text(
            "select count(*) from event_log one join event_log other on one.correlation = other.correlation"
            " where one.subject = :one and other.subject = :other"
        )
        assert session.scalar(linked, {"one": UUID(one), "other": UUID(other)}) == 0


@pytest.mark.integration
def test_with_the_case_goes_that_its_person_was_missing(worker: Client, database: Database) -> None:
    case = opened(worker)
    answer(database, declared(case, uuid4()))
    with database.transaction(ORIGIN.holding(Origin(PARTS.following.emits))) as session:
        begin(session, UUID(case), None, erase)
    with database.transaction() as session:
        for rows in (HeardAbsence, SharingFreeze):
            assert session.scalars(select(rows).where(rows.case_id == UUID(case))).all() == []
    answer(database, ended(case, uuid4()))


@pytest.mark.integration
@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 1), st.booleans()), max_size=6), st.integers(1, 3))
def test_in_whatever_order_and_however_often_it_is_heard_the_same_follows(
    worker: Client, database: Database, heard: list[tuple[int, bool]], at_once: int
) -> None:
    case, absences = opened(worker), (uuid4(), uuid4())
    events = [ended(case, absences[which]) if over else declared(case, absences[which]) for which, over in heard]
    for first in range(0, len(events), at_once):
        answer(database, *events[first : first + at_once])
    over = {which for which, is_over in heard if is_over}
    missing = {which for which, _ in heard} - over
    told_of = emitted(database, case)
    assert told_of == [FROZEN, RESUMED] * (len(told_of) // 2) + [FROZEN] * (len(told_of) % 2)
    assert bool(missing) == (len(told_of) % 2 == 1)
