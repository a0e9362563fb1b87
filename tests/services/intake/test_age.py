"""The person's age, from dates that can be partial, and the consents to renew when the person comes of age."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.intake.facts.person.rules import (
    age_on,
    agreed_as_adult,
    asked_anew_from,
    check_birth,
    check_not_before_birth,
    of_age_on,
    surely_of_age_from,
)
from services.intake.service import PARTS
from shared.casework.refusals import FactRefused
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.http import RequestPipeline
from shared.reference.periods import earliest, latest
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.age_changes import confirmed
from tests.kit.intake.cases import done, opened
from tests.kit.intake.sharings import AT_ONCE, decided, proposed

DAYS = st.dates(date(1920, 1, 1), date(2100, 12, 31))
PARTIAL = st.builds(lambda day, length: day.isoformat()[:length], DAYS, st.sampled_from([4, 7, 10]))
TODAY = date(2026, 3, 9)


@given(PARTIAL, DAYS)
def test_who_may_still_be_a_child_is_a_child(birth: str, today: date) -> None:
    known = {"date": birth, "disputed": False}
    youngest = today.year - latest(birth).year - ((today.month, today.day) < (latest(birth).month, latest(birth).day))
    assert age_on(known, "unknown", today) == ("adult" if youngest >= 18 else "child")


@given(PARTIAL, DAYS, st.sampled_from(["adult", "child", "unknown"]))
def test_a_disputed_age_stays_disputed_whatever_its_date_until_it_is_decided(
    birth: str, today: date, told: str
) -> None:
    assert age_on({"date": birth, "disputed": True}, told, today) == "disputed"


def test_without_a_day_of_birth_an_age_is_as_it_was_told() -> None:
    for birth in (None, {"date": None, "disputed": False}):
        assert age_on(birth, "child", TODAY) == "child"


@pytest.mark.parametrize(
    ("birth", "day"),
    [("2008-02-29", "2026-03-01"), ("2008-03-09", "2026-03-09"), ("2008-03", "2026-03-31"), ("2008", "2026-12-31")],
)
def test_the_day_on_which_somebody_is_certainly_18(birth: str, day: str) -> None:
    assert of_age_on(birth) == date.fromisoformat(day)


@given(PARTIAL)
def test_when_it_is_asked_tells_the_month_of_a_birth_and_not_the_day(birth: str) -> None:
    first, after = asked_anew_from(birth), surely_of_age_from(birth)
    assert first <= of_age_on(birth) < after
    assert (first.day, after.day) == (1, 1)
    assert after - first <= timedelta(days=31)


@given(PARTIAL, DAYS, DAYS)
def test_a_consent_for_a_child_ends_as_they_come_of_age_and_one_asked_anew_does_not(
    birth: str, granted: date, today: date
) -> None:
    counts = agreed_as_adult({"date": birth, "disputed": False}, granted, today)
    assert counts == (today < of_age_on(birth) or granted >= asked_anew_from(birth))
    assert agreed_as_adult({"date": birth, "disputed": True}, granted, today)
    assert agreed_as_adult(None, granted, today)


@given(PARTIAL, PARTIAL)
def test_what_may_have_happened_after_birth_is_no_error(birth: str, day: str) -> None:
    if latest(day) >= earliest(birth):
        check_not_before_birth({"date": birth, "disputed": False}, {"detected_on": day})
        check_birth({"date": birth, "disputed": False}, latest(birth), [day])
        return
    with pytest.raises(FactRefused) as refused:
        check_not_before_birth({"date": birth, "disputed": False}, {"detected_on": day})
    assert refused.value.errors[0]["field"] == "detected_on"
    with pytest.raises(FactRefused) as refused:
        check_birth({"date": birth, "disputed": False}, latest(birth), [day])
    assert refused.value.rule == "born_before_it_happened"


def _at(database: Database, clock: TimeSource, day: date) -> None:
    with database.transaction() as session:
        clock.move(session, datetime.combine(day, time(12), tzinfo=UTC))


def _told(database: Database) -> list[tuple[str, dict[str, str]]]:
    with database.transaction() as session:
        rows = session.execute(text("select name, data from event_log where name <> 'clock.started' order by serial"))
        return [(row.name, row.data) for row in rows]


CONSENT = {
    "agency": "NL.COMENSHA",
    "purposes": ["national_register"],
    "data_categories": ["identity"],
    "language": "bg",
    "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
    "expires_on": "2190-01-01",
}


@pytest.mark.integration
def test_consent_is_asked_anew_once_in_the_month_in_which_a_child_comes_of_age(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    clock: TimeSource = database.provided(TIME_SOURCE)
    timers = Timers(database, clock, PARTS.following.emits, PARTS.on_timer)
    birth = date.today().replace(day=15) - timedelta(days=365 * 17)  # noqa: DTZ011 - months away from either edge
    case = opened(worker, age="unknown")
    done(worker, case, "person", {"birth": {"date": birth.isoformat()}}, method="PUT")
    done(worker, case, "person", {"birth": {"date": birth.isoformat(), "disputed": False}}, method="PUT")
    assert _told(database)[-1] == ("person.recorded", {"age": "child", "served_as": []})
    timers.fire_due()
    before = len(_told(database))
    for day in (
        asked_anew_from(birth.isoformat()),
        of_age_on(birth.isoformat()),
        surely_of_age_from(birth.isoformat()),
    ):
        _at(database, clock, day - timedelta(days=1))
        timers.fire_due()
        _at(database, clock, day)
        timers.fire_due()
    later = _told(database)[before:]
    assert later == [
        ("consent.due_again", {"reason": "coming_of_age"}),
        ("person.recorded", {"age": "adult", "served_as": []}),
    ]
    assert told(worker.ask("GET", "/v1/notices"))["notices"] == []


@pytest.mark.integration
def test_the_fact_of_the_age_and_the_periods_that_follow_come_of_age_too(worker: Client, database: Database) -> None:
    clock: TimeSource = database.provided(TIME_SOURCE)
    timers = Timers(database, clock, PARTS.following.emits, PARTS.on_timer)
    birth = (date.today().replace(day=15) - timedelta(days=365 * 17)).isoformat()  # noqa: DTZ011 - as above
    case = opened(worker, age="child")
    done(worker, case, "person", {"birth": {"date": birth}}, method="PUT")

    def ages() -> list[tuple[str, str | None]]:
        facts = told(worker.ask("GET", f"/v1/cases/{case}/facts"))["facts"]
        [person] = [fact for fact in facts if fact["kind"] == "person"]
        return [(fact["age"], fact["recorded_by"]) for fact in (person, *person["earlier"])]

    opening = [("child", str(worker.subject))]
    assert ages() == opening
    _at(database, clock, of_age_on(birth))
    timers.fire_due()
    assert ages() == opening, "who is told sooner is told the day of the birth"
    _at(database, clock, surely_of_age_from(birth))
    timers.fire_due()
    assert ages() == [("adult", None), *opening]
    assert told(worker.ask("GET", f"/v1/cases/{case}"))["age"] == "adult"


@pytest.mark.integration
def test_a_consent_for_a_child_is_no_longer_one_to_share_on(worker: Client, database: Database) -> None:
    clock: TimeSource = database.provided(TIME_SOURCE)
    today = date.today()  # noqa: DTZ011 - moved far from it
    birth = (today.replace(day=15) - timedelta(days=365 * 17)).isoformat()
    case = opened(worker, age="child")
    done(worker, case, "person", {"birth": {"date": birth}}, method="PUT")
    told(worker.ask("POST", f"/v1/cases/{case}/consents", CONSENT), 201)
    draft = {
        "agency": "NL.COMENSHA",
        "purpose": "national_register",
        "service_types": [],
        "data_categories": ["identity"],
        "urgent": False,
        "reply_by": "2190-01-01",
    }
    made = told(worker.ask("POST", f"/v1/cases/{case}/referrals", draft), 201)["id"]
    _at(database, clock, of_age_on(birth))
    assert done(worker, case, f"referrals/{made}/steps", {"step": "send"})["state"] == "held"
    told(worker.ask("POST", f"/v1/cases/{case}/consents", CONSENT), 201)
    assert told(worker.ask("GET", f"/v1/cases/{case}"))["referrals"][0]["state"] == "sent"


@pytest.mark.integration
def test_what_rested_on_a_childs_ground_is_marked_once_the_birth_is_put_right(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    done(worker, case, "person", {"birth": {"date": "2015"}}, method="PUT")
    which = proposed(worker, case)
    other = proposed(worker, case, AT_ONCE)
    done(worker, case, "person", {"birth": {"date": "1990"}}, method="PUT")
    confirmed(door, worker, case)
    shown = {each["id"]: each["child_until"] for each in told(worker.ask("GET", f"/v1/cases/{case}"))["sharings"]}
    assert (shown[which] is not None, shown[other]) == (True, None)
    officer = Client(door, "data_protection_officer")
    for who in (worker, officer):
        assert "child_is_of_age" in [each["kind"] for each in told(who.ask("GET", "/v1/notices"))["notices"]]
    with database.transaction() as session:
        due = session.execute(text("select data from event_log where name = 'consent.due_again'")).scalars()
        assert list(due) == [{"reason": "birth_put_right"}]
    done(worker, case, "person", {"birth": {"date": "1991"}}, method="PUT")
    notices = told(officer.ask("GET", "/v1/notices"))["notices"]
    assert [each["kind"] for each in notices].count("child_is_of_age") == 1, "an adult before is no news"


@pytest.mark.integration
def test_a_birth_put_right_asks_for_the_adults_own_consent_and_lists_what_was_shared(
    worker: Client, door: RequestPipeline
) -> None:
    case, data_protection = opened(worker), Client(door, "data_protection_officer")

    def listed() -> tuple[bool, bool]:
        due = {item["what"] for item in told(worker.ask("GET", f"/v1/cases/{case}"))["due"]}
        waiting = told(data_protection.ask("GET", "/v1/queues/data-protection"))["entries"]
        marked = {each["reference"] for each in waiting if each["kind"] == "shared_as_child"}
        return "own_consent" in due, which in marked

    done(worker, case, "person", {"birth": {"date": "2015"}}, method="PUT")
    which = proposed(worker, case)
    decided(door, case, which, approves=True)
    assert listed() == (False, False)
    done(worker, case, "person", {"birth": {"date": "1990"}}, method="PUT")
    assert listed() == (False, False), "until a second person confirms it, they are a child"
    confirmed(door, worker, case)
    assert listed() == (True, True)
    done(worker, case, f"sharings/{which}/told", {})
    assert listed() == (True, False)
    told(worker.ask("POST", f"/v1/cases/{case}/consents", CONSENT), 201)
    assert listed() == (False, False)


@pytest.mark.integration
def test_who_is_a_child_after_all_is_not_asked_for_their_own_consent(worker: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    for birth, asked in (("2015", False), ("1990", True), ("2015", False)):
        done(worker, case, "person", {"birth": {"date": birth}}, method="PUT")
        confirmed(door, worker, case)
        due = {item["what"] for item in told(worker.ask("GET", f"/v1/cases/{case}"))["due"]}
        assert ("own_consent" in due) is asked, birth
