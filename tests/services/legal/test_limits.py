"""The limits of a person's cases on the adviser's own list and in the adviser's calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from services.legal.matters.matter_file.rules import is_limit_shown, limits_in_order
from services.legal.overview.calendar.rules import day_of
from shared.access.joined_cases import joined_cases
from shared.reference import codes, grouping, profile
from tests.kit.calendars import read, subscribed
from tests.kit.client import Client
from tests.kit.harness import Harness, add_case, harness
from tests.kit.hearing import hear
from tests.kit.matters import opened

TODAY = date.today()  # noqa: DTZ011 - real time, as calendars have it
DAYS = st.none() | st.dates(TODAY - timedelta(days=60), TODAY + timedelta(days=60))


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        hear(found, ("contact.opened", {"jurisdiction": "GB-EAW", "age": "adult", "opened_on": "2020-02-01"}))
        yield found


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def stated(adviser: Client, kind: str, happened: str, **more: Any) -> str:
    return str(adviser.told("POST", "facts", {"kind": kind, "happened": happened, **more}, 201)["id"])


def periods(adviser: Client) -> dict[str, dict[str, Any]]:
    found = adviser.told("GET", "/v1/matter-files/due")["periods"]
    by_code = {str(each["code"]): dict(each) for each in found}
    assert len(by_code) == len(found)
    return by_code


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-13", control="adviser-lists")
@pytest.mark.hazard("H-DEADLINE-13", control="who-checks")
def test_the_due_list_has_the_limits_of_the_case_and_who_should_check_them(legal: Harness) -> None:
    adviser, other = legal.member("legal_adviser"), legal.staff("legal_adviser")
    helper = legal.member("caseworker")
    work = stated(adviser, "work_ended", ago(75))
    found = periods(adviser)["GB.ET"]
    [clock] = [each for each in adviser.told("GET", "")["clocks"] if each["code"] == "GB.ET"]
    assert found == {
        **{name: clock[name] for name in ("code", "jurisdiction", "kind", "state", "due_on", "other_due_on")},
        **{name: clock[name] for name in ("certainty", "doubts", "birthday", "check")},
        "case": str(legal.case),
        "clock": clock["id"],
        "days_late": 0,
        "due_at": None,
        "group": "due",
    }
    assert found["check"] == profile("GB-EAW").clock_version("GB.ET", clock["rule_version"]).check != "nobody"
    assert periods(other) == {}
    assert helper.ask("GET", "/v1/matter-files/due").status_code == 403
    correction = {"reason": "wrong_date", "happened": ago(20)}
    adviser.told("POST", f"facts/{work}/correction", correction, 201)
    assert "GB.ET" not in periods(adviser), "its day is further than the list looks ahead"


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-13", control="past-limits-last")
def test_a_limit_that_is_over_comes_last_and_stays_if_a_late_filing_is_possible(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    stated(adviser, "work_ended", ago(75))
    second = stated(adviser, "work_ended", ago(110))

    def groups() -> list[str]:
        found = adviser.told("GET", "/v1/matter-files/due")["periods"]
        return [str(each["group"]) for each in found if each["code"] == "GB.ET"]

    shown, *last = groups()
    assert (shown, len(last)) == ("due", 1)
    adviser.told("POST", f"facts/{second}/correction", {"reason": "wrong_date", "happened": ago(200)}, 201)
    assert groups() == ["due", *last]


@pytest.mark.hazard("H-DEADLINE-13", control="past-limits-last")
@given(
    st.lists(
        st.builds(
            dict, group=st.sampled_from(sorted(codes("due_group"))), due_on=DAYS, code=st.just(""), clock=st.uuids()
        )
    )
)
def test_limits_that_are_over_come_after_all_others(listed: list[dict[str, Any]]) -> None:
    are_over = [each["group"] in ("overdue", "over") for each in sorted(listed, key=limits_in_order)]
    assert are_over == sorted(are_over)


@pytest.mark.hazard("H-DEADLINE-13", control="past-limits-last")
@pytest.mark.parametrize(
    ("state", "certainty", "days", "is_shown"),
    [
        ("passed", "likely", (30, None), True),
        ("passed", "likely", (31, None), False),
        ("passed", "unclear", (60, 30), True),
        ("passed", "unclear", (60, 31), False),
        ("missed", "certain", (31, None), False),
        ("reached", "certain", (31, None), False),
        ("doubtful", "unclear", (60, None), True),
        ("doubtful", "unclear", (60, 31), False),
        ("running", "unclear", (60, 31), True),
        ("paused", "likely", (60, None), True),
        ("undated", "unclear", (None, None), True),
        ("running", "likely", (-30, None), True),
        ("running", "likely", (-31, None), False),
    ],
)
def test_only_a_limit_that_is_over_for_certain_leaves_the_list(
    state: str, certainty: str, days: tuple[int | None, int | None], *, is_shown: bool
) -> None:
    due_on, other = (None if each is None else TODAY - timedelta(days=each) for each in days)
    group = grouping.group(state, due_on, certainty, TODAY, other)
    period = {"state": state, "group": group, "due_on": due_on, "other_due_on": other}
    assert is_limit_shown({**period, "late_filing": False}, TODAY) is is_shown
    assert is_limit_shown({**period, "late_filing": True}, TODAY) is (is_shown or days[0] != -31)


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-13", control="adviser-lists")
def test_a_limit_without_a_day_by_law_is_due_now_and_on_the_calendar_of_today(
    postgres: servers.PostgresServer,
) -> None:
    with harness("legal", postgres, "NL") as legal:
        legal.move_clock(datetime(2026, 6, 2, 12, tzinfo=UTC))
        hear(legal, ("contact.opened", {"jurisdiction": "NL", "age": "adult", "opened_on": "2026-01-05"}))
        adviser = legal.member("legal_adviser")
        file = opened(adviser)
        made = adviser.told("POST", f"{file}/proceedings", {"kind": "criminal", "person_role": "injured_party"}, 201)
        charged = {"stage": "charged", "happened_on": "2026-05-20"}
        adviser.told("POST", f"{file}/proceedings/{made['id']}/steps", charged, 201)
        first, *_ = adviser.told("GET", "/v1/matter-files/due")["periods"]
        assert (first["code"], first["group"], first["due_on"], first["state"]) == (
            "NL.JOINDER",
            "due",
            None,
            "undated",
        )
        assert "act_now" in first["doubts"]
        asked_on = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
        _, events = read(legal.staff("caseworker").ask("GET", subscribed(adviser)).get_data(as_text=True))
        answered_on = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
        [shown_on] = {date.fromisoformat(event["DTSTART"]) for event in events}
        assert asked_on <= shown_on <= answered_on


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-13", control="adviser-lists")
def test_a_case_that_is_closed_to_an_adviser_is_on_neither_list(legal: Harness) -> None:
    adviser, apart, excluded = (legal.member("legal_adviser") for _ in range(3))
    stated(adviser, "work_ended", ago(75))
    addresses = {who: subscribed(who) for who in (apart, excluded)}
    assert all("GB.ET" in periods(who) for who in (adviser, apart, excluded))
    barrier = {"member": str(apart.subject), "reason": "acts_for_other_side"}
    adviser.told("POST", f"{opened(adviser)}/barriers", barrier, 201)
    legal.exclude(excluded)
    for who in (apart, excluded):
        assert periods(who) == {}
        assert read(legal.staff("caseworker").ask("GET", addresses[who]).get_data(as_text=True))[1] == []
    assert "GB.ET" in periods(adviser)


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-13", control="adviser-lists")
def test_a_period_of_joined_cases_is_on_the_list_once(legal: Harness) -> None:
    adviser, other = legal.member("legal_adviser"), uuid4()
    stated(adviser, "work_ended", ago(75))
    with legal.database.transaction() as session:
        add_case(session, "legal", other, "GB-EAW")
        session.execute(joined_cases.insert().values(merge=uuid4(), kept=other, alias=legal.case))
    assert periods(adviser)["GB.ET"]["case"] == str(legal.case)


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-13", control="adviser-lists")
def test_the_calendar_follows_a_limit_and_names_nothing(legal: Harness) -> None:
    adviser, reader = legal.member("legal_adviser"), legal.staff("caseworker")
    work, address = stated(adviser, "work_ended", ago(75)), subscribed(adviser)
    busy = subscribed(adviser, busy_only=True)
    [clock] = [each for each in adviser.told("GET", "")["clocks"] if each["code"] == "GB.ET"]

    def entries(at: str = address) -> dict[str, dict[str, str]]:
        text = reader.ask("GET", at).get_data(as_text=True)
        said = {"GB.ET", "work", "tribunal", str(legal.case), clock["id"], adviser.subject, work}
        assert not [each for each in said if str(each).lower() in text.lower()]
        return {event["UID"]: event for event in read(text)[1]}

    first = {uid for uid, event in entries().items() if event["DTSTART"] == clock["due_on"].replace("-", "")}
    assert first
    uid = min(first)
    shown = entries()[uid]
    assert (shown["TRANSP"], shown["SEQUENCE"], shown["SUMMARY"]) == ("TRANSPARENT", "0", "Appointment")
    assert entries(busy) == {}
    adviser.told("POST", f"facts/{work}/correction", {"reason": "wrong_date", "happened": ago(60)}, 201)
    [moved] = [each for each in adviser.told("GET", "")["clocks"] if each["code"] == "GB.ET"]
    shown = entries()[uid]
    assert (shown["DTSTART"], shown["SEQUENCE"]) == (moved["due_on"].replace("-", ""), "1")
    adviser.told("POST", f"facts/{work}/correction", {"reason": "not_so"}, 201)
    assert (entries()[uid]["STATUS"], entries()[uid]["SEQUENCE"]) == ("CANCELLED", "2")


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-13", control="adviser-lists")
def test_an_unsure_day_is_tentative(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    opened(adviser)
    stated(adviser, "work_ended", ago(75)[:7])
    _, events = read(legal.staff("caseworker").ask("GET", subscribed(adviser)).get_data(as_text=True))
    assert {event["STATUS"] for event in events} == {"TENTATIVE"}


@pytest.mark.hazard("H-DEADLINE-13", control="adviser-lists")
@given(due_on=DAYS, other=DAYS, is_now=st.booleans())
def test_a_period_appears_on_the_next_of_its_days(due_on: date | None, other: date | None, is_now: bool) -> None:
    day = day_of(due_on, other, is_now=is_now, today=TODAY)
    days = [each for each in (due_on, other) if each is not None]
    if not days:
        assert day == (TODAY if is_now else None)
    elif max(days) < TODAY:
        assert day == max(days)
    else:
        assert day == min(each for each in days if each >= TODAY)
