"""Periods are derived from facts, for any order of arrival, vague dates, corrections and laws."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.deadlines.derivation import LIVE, WITHDRAWN, Period, Stored, derive, differences
from shared.deadlines.derivation.explain import Explanation, Origins
from shared.deadlines.facts import Fact, standing_rows
from shared.deadlines.rows import stored_of
from shared.reference import JURISDICTIONS, profile
from tests.kit.histories import kinds_of

CASE = UUID("6d6f0d52-0b1c-4d8e-9a57-5a2f3b1f9c10")
FIRST = date(2024, 1, 8)
EVENINGS = timedelta(hours=18)


def evening(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + EVENINGS


class Story:
    """Facts as they are recorded one after another, and the events that each causes."""

    def __init__(self, jurisdiction: str, age: str = "adult", birth: str | None = None) -> None:
        self.facts: dict[tuple[UUID, int], Fact] = {}
        self.picture: dict[UUID, Stored] = {}
        self.birth = birth
        self.told: list[tuple[str, str, str | None, str | None]] = []
        self.at = datetime.min.replace(tzinfo=UTC)
        self.hear(fact("law", "2000-01-01", jurisdiction=jurisdiction), on="2000-01-01")
        self.hear(fact("person", "2000-01-01", age=age), on="2000-01-01")

    @property
    def standing(self) -> list[Fact]:
        highest: dict[UUID, Fact] = {}
        for each in sorted(self.facts.values(), key=lambda each: each.revision):
            highest[each.id] = each
        return [each for each in highest.values() if not each.withdrawn]

    def hear(self, *heard: Fact, on: str) -> "Story":
        for each in heard:
            self.facts.setdefault((each.id, each.revision), each)
        return self.evening(on)

    def evening(self, on: str) -> "Story":
        """Derive on the evening of a day, and keep the events."""
        self.at = max(self.at, evening(on))
        after = [stored_of(period) for period in self.derived()]
        for told in differences(self.picture, after, self.at):
            self.picture[told.period.id] = told.period
            due_on = told.period.due_on
            self.told.append((told.verb, told.period.code, due_on and due_on.isoformat(), told.takes_back))
        return self

    def derived(self) -> Sequence[Period]:
        births = {CASE: self.birth}
        return derive(self.standing, self.at, keeper=None, births=births).periods

    def of(self, code: str) -> Any:
        (found,) = [each for each in self.picture.values() if each.code == code and each.state != WITHDRAWN]
        return found

    def told_of(self, code: str) -> list[tuple[str, str | None, str | None]]:
        return [(verb, due_on, takes_back) for verb, told, due_on, takes_back in self.told if told == code]


_numbers = iter(range(1_000_000))


def fact(kind: str, happened: str, learnt: str | None = None, about: UUID | None = None, **codes: str) -> Fact:
    identity = uuid5(CASE, str(next(_numbers)))
    return Fact(id=identity, case=CASE, kind=kind, happened=happened, learnt=learnt, about=about, codes=codes)


def referral(day: str, learnt: str | None = None) -> Fact:
    return fact("submission", day, learnt, stage="referred")


def decision(outcome: str, day: str, learnt: str | None = None, about: UUID | None = None) -> Fact:
    return fact("decision", day, learnt, about, stage="reasonable_grounds", outcome=outcome)


# --- stories --------------------------------------------------------------------------------------------------------


def test_a_vague_month_gives_two_dates_until_the_day_is_known() -> None:
    incident = fact("last_incident", "2024-03")
    story = Story("GB-EAW").hear(incident, on="2026-02-01")
    assert (story.of("GB.CICA").due_on, story.of("GB.CICA").other_due_on) == (date(2026, 3, 1), date(2026, 3, 31))
    assert story.of("GB.CICA").certainty == "unclear"

    story.evening("2026-03-02")
    assert story.of("GB.CICA").state == "doubtful"
    story.hear(replace(incident, revision=2, happened="2024-03-26"), on="2026-03-20")
    story.hear(fact("claim", "2026-03-24", remedy="GB.CICA"), on="2026-03-24")

    # 26 March 2024 + 2 years.
    assert story.told_of("GB.CICA") == [
        ("started", "2026-03-01", None),
        ("due_soon", "2026-03-01", None),
        ("doubtful", "2026-03-01", None),
        ("moved", "2026-03-26", None),
        ("due_soon", "2026-03-26", None),
        ("stopped", "2026-03-26", None),
    ]
    assert (story.of("GB.CICA").state, story.of("GB.CICA").in_time) == ("met", "yes")


def test_a_year_in_which_the_law_changed_is_counted_from_the_change_too() -> None:
    story = Story("GB-EAW").hear(decision("negative", "2024", "2025-01-02"), on="2025-01-02")
    # The window of 30 days applies to decisions from 8 July 2024: 8 July + 30 days. Earlier decisions have no known
    # window, so there is no latest date.
    assert (story.of("GB.RECONSIDER").due_on, story.of("GB.RECONSIDER").other_due_on) == (date(2024, 8, 7), None)


def test_a_referral_that_arrives_after_its_decision_is_never_missed() -> None:
    story = Story("GB-EAW").hear(decision("positive", "2026-03-06"), on="2026-03-06")
    assert story.of("GB.RECOVERY_MIN").state == "running"
    story.hear(referral("2026-03-03"), on="2026-03-30")
    assert [verb for verb, _, _ in story.told_of("GB.RG")] == ["started", "stopped"]
    assert story.of("GB.RG").in_time == "yes"


def test_a_missed_state_is_retracted_by_a_late_decision_and_again_by_its_correction() -> None:
    heard = decision("positive", "2026-03-09", "2026-03-16")
    story = Story("GB-EAW").hear(referral("2026-03-02"), on="2026-03-02").evening("2026-03-10")
    assert story.of("GB.RG").state == "missed"
    story.hear(heard, on="2026-03-16")
    story.hear(replace(heard, revision=2, withdrawn=True), on="2026-03-17")
    assert story.told_of("GB.RG")[1:] == [
        ("missed", "2026-03-09", None),
        ("stopped", "2026-03-09", "missed"),
        ("missed", "2026-03-09", "met"),
    ]
    assert [verb for verb, _, _ in story.told_of("GB.RECOVERY_MIN")] == ["started", "withdrawn"]


def test_a_request_in_time_that_is_heard_of_late_stops_the_window_that_it_answers() -> None:
    refused = decision("negative", "2026-03-02", "2026-03-10")
    story = Story("GB-EAW").hear(refused, on="2026-03-10")
    for day in ("2026-03-18", "2026-04-02", "2026-04-10"):
        story.evening(day)
    # 1 April from the decision, 9 April from its receipt.
    assert (story.of("GB.RECONSIDER").due_on, story.of("GB.RECONSIDER").other_due_on) == (
        date(2026, 4, 1),
        date(2026, 4, 9),
    )
    assert [verb for verb, _, _ in story.told_of("GB.RECONSIDER")][-2:] == ["doubtful", "missed"]
    asked = fact("reconsideration_requested", "2026-03-31", "2026-04-14", refused.id, stage="reasonable_grounds")
    story.hear(asked, on="2026-04-14")
    assert story.told_of("GB.RECONSIDER")[-1] == ("stopped", "2026-04-01", "passed")
    assert story.of("GB.RECONSIDER").in_time == "yes"


def test_a_childs_limit_is_never_an_adults_and_holds_no_day_of_birth() -> None:
    incident = fact("last_incident", "unknown", "2026-08-24")
    story = Story("GB-EAW", "child").hear(incident, on="2026-08-24")
    assert (story.of("GB.CICA").due_on, story.of("GB.CICA").state) == (None, "undated")
    assert "birth_unknown" in story.of("GB.CICA").doubts

    story.birth = "2008-12"
    story.hear(fact("crime_reported", "2026-10-05"), on="2026-10-05")
    # Reported at 17: until the 20th birthday. Only its month leaves the case.
    assert (story.of("GB.CICA").due_on, story.of("GB.CICA").other_due_on) == (date(2028, 12, 1), date(2028, 12, 31))
    assert story.of("GB.CICA").birthday == 20

    story.birth = "2008-09"
    story.evening("2026-10-22")
    # 18 in September, reported in October: 2 years from the report.
    assert (story.of("GB.CICA").due_on, story.of("GB.CICA").birthday) == (date(2028, 10, 5), None)
    assert story.of("GB.CIVIL_PI").birthday == 21


def test_an_age_that_nobody_asked_keeps_the_childs_limit_open() -> None:
    story = Story("GB-EAW", "unknown").hear(fact("last_incident", "2020-03-02"), on="2026-03-02")
    assert (story.of("GB.CICA").due_on, story.of("GB.CICA").state) == (date(2022, 3, 2), "doubtful")
    story.hear(fact("person", "2026-03-03", age="adult"), on="2026-03-03")
    assert story.of("GB.CICA").state in ("passed", "doubtful")


def test_a_voucher_is_due_by_the_hour_through_holidays_and_the_end_of_summer_time() -> None:
    story = Story("RO")
    story.hear(fact("submission", "2025-10-24T14:30:00+00:00", stage="referred_to_voucher"), on="2025-10-24")
    # 72 hours: 14:30 UTC to 14:30 UTC. Local time is then 16:30, not 17:30.
    assert story.of("RO.VOUCHER").ends_at == datetime(2025, 10, 27, 14, 30, tzinfo=UTC)
    story.hear(fact("voucher_given", "2025-10-27T14:55:00+00:00"), on="2025-10-27")
    assert (story.of("RO.VOUCHER").state, story.of("RO.VOUCHER").in_time) == ("met", "no")


def test_a_voucher_of_a_day_without_its_hour_is_late_only_once_that_is_certain() -> None:
    referred = fact("submission", "2026-03-02", stage="referred_to_voucher")
    story = Story("RO").hear(referred, on="2026-03-02").evening("2026-03-05")
    assert story.of("RO.VOUCHER").state == "doubtful"
    story.evening("2026-03-06")
    assert story.of("RO.VOUCHER").state == "missed"


def test_conciliation_stops_the_time_of_a_tribunals_limit() -> None:
    story = Story("GB-EAW").hear(fact("work_ended", "2026-02-20"), on="2026-02-20")
    assert story.of("GB.ET").due_on == date(2026, 5, 19)
    story.hear(fact("conciliation_begun", "2026-03-11"), on="2026-03-11")
    # It still warns of the earlier day: the certificate may have been issued on the same day.
    assert (story.of("GB.ET").state, story.of("GB.ET").due_on) == ("running", date(2026, 5, 19))
    story.hear(fact("conciliation_certified", "2026-04-22"), on="2026-04-22")
    # 42 days, from the day after 11 March to 22 April.
    assert (story.of("GB.ET").state, story.of("GB.ET").due_on) == ("running", date(2026, 6, 30))


def test_a_claim_before_the_last_incident_does_not_meet_the_limit_counted_from_it() -> None:
    story = Story("GB-EAW").hear(fact("claim", "2025-01-10", remedy="GB.CICA"), on="2025-01-10")
    story.hear(fact("last_incident", "2025-03-01"), on="2025-03-02")
    assert story.of("GB.CICA").state == "running"


def test_old_periods_go_on_under_the_law_that_they_began_under() -> None:
    story = Story("NL").hear(fact("step", "2026-03-01", stage="reflection_accepted"), on="2026-03-01")
    story.hear(fact("law", "2026-04-01", jurisdiction="RO"), on="2026-04-01")
    story.hear(fact("step", "2026-04-02", stage="potential"), on="2026-04-02")
    # 1 March + 90 days, and + 3 months: one reading is of a law whose text has not been read.
    assert story.of("NL.REFLECTION_MAX").due_on == date(2026, 5, 30)
    assert story.of("NL.REFLECTION_MAX").other_due_on == date(2026, 6, 1)
    assert story.of("RO.RECOVERY_MAX").due_on == date(2026, 7, 1)
    assert story.of("RO.STATE_COMP").due_on is None, "no judgment is final"


def test_the_same_said_again_starts_no_second_period() -> None:
    first = referral("2026-03-02T10:00:00+00:00")
    again = replace(first, id=uuid5(CASE, "again"))
    story = Story("GB-EAW").hear(first, again, on="2026-03-02")
    assert len([each for each in story.picture.values() if each.code == "GB.RG"]) == 1


def test_of_two_ends_of_one_day_the_request_counts_whichever_was_recorded_first() -> None:
    for numbers in ("12", "21"):
        ended = [
            fact("reconsideration_requested", "2026-03-20", stage="reasonable_grounds"),
            decision("positive", "2026-03-20"),
        ]
        named = [replace(each, id=uuid5(CASE, number)) for each, number in zip(ended, numbers, strict=True)]
        story = Story("GB-EAW").hear(decision("negative", "2026-03-02"), *named, on="2026-03-21")
        assert (story.of("GB.RECONSIDER").state, story.of("GB.RECONSIDER").in_time) == ("met", "yes")


def test_what_was_recorded_twice_was_learnt_when_it_was_learnt_first() -> None:
    heard, again = (decision("negative", "2026-03-02", learnt) for learnt in ("2026-03-20", "2026-03-10"))
    [stands] = standing_rows(map(_row, (heard, again)))
    assert (stands.id, stands.learnt) == (min(heard.id, again.id), "2026-03-10")


def test_of_two_starts_at_one_moment_the_one_that_was_not_ended_continues() -> None:
    at = "2024-01-08T19:00:00+00:00"
    accepted = fact("step", at, stage="reflection_accepted", place="first")
    again = fact("step", at, stage="reflection_accepted", place="second")
    withdrawn = fact("decision", "2024-01-09", about=accepted.id, outcome="withdrawn")
    turned = [replace(accepted, id=again.id), replace(again, id=accepted.id), replace(withdrawn, about=again.id)]
    for recorded in ([accepted, again, withdrawn], turned):
        story = Story("GB-EAW").hear(*recorded, on="2024-01-10")
        assert [period.state for period in story.derived() if period.code == "COE.RECOVERY_MIN"] == ["running"]


def test_what_is_about_a_fact_that_was_recorded_twice_is_about_the_one_that_stands() -> None:
    stage = {"stage": "reflection_accepted"}
    first, second = fact("step", "2024-01-08", **stage), fact("step", "2024-01-08", **stage)
    said = [fact("decision", "2024-01-09", about=each.id, outcome="withdrawn") for each in (first, second)]
    stand = standing_rows(map(_row, (first, second, *said)))
    kept = min(first, second, key=lambda each: each.id)
    assert {(each.kind, each.about) for each in stand} == {("step", None), ("decision", kept.id)}
    assert len(stand) == len(("the step", "the decision"))


def test_a_pause_or_an_extension_that_comes_too_late_has_no_effect_and_is_named() -> None:
    story = Story("GB-EAW").hear(fact("work_ended", "2026-02-20"), on="2026-02-20")
    late = fact("pause", "2026-08-01", clock="GB.ET")
    story.hear(late, on="2026-08-01")
    derived = derive(story.standing, story.at, keeper=None)
    assert [(each.fact, each.why) for each in derived.without_effect] == [(late.id, "overtaken")]


def test_a_pause_whose_day_is_put_right_is_told_again_with_its_day() -> None:
    story = Story("GB-EAW").hear(fact("work_ended", "2026-02-20"), on="2026-02-20")
    wrong = fact("pause", "2026-03-02", clock="GB.ET")
    story.hear(wrong, on="2026-03-03").hear(replace(wrong, revision=2, happened="2026-03-03"), on="2026-03-04")
    assert story.of("GB.ET").paused_on == date(2026, 3, 3)


def test_a_period_that_was_found_paused_warns_once_the_pause_is_taken_back() -> None:
    wrong = fact("pause", "2026-03-02", clock="GB.ET")
    story = Story("GB-EAW").hear(fact("work_ended", "2026-02-20"), wrong, on="2026-05-12")
    story.told.clear()
    story.hear(replace(wrong, revision=2, withdrawn=True), on="2026-05-13")
    assert [verb for verb, _due_on, _takes_back in story.told_of("GB.ET")] == ["resumed", "due_soon"]


def test_each_warning_has_passed_at_its_instant_and_the_last_one_on_the_last_day() -> None:
    facts = [
        fact("law", "2000-01-01", jurisdiction="GB-EAW"),
        fact("person", "2000-01-01", age="adult"),
        fact("work_ended", "2026-09-05"),
    ]
    found: list[tuple[str, int]] = []
    now: datetime | None = evening("2026-10-01")
    while now is not None:
        (period,) = [each for each in derive(facts, now, keeper=None).periods if each.code == "GB.ET"]
        found.append((now.date().isoformat(), period.level))
        now = period.next_at
    # Due on 4 December: 30, 14, 7 and 3 days before, on the last day, and at its end.
    assert found == [
        ("2026-10-01", 0),
        ("2026-11-04", 1),
        ("2026-11-20", 2),
        ("2026-11-27", 3),
        ("2026-12-01", 4),
        ("2026-12-04", 5),
        ("2026-12-05", 0),
    ]


# --- random histories -----------------------------------------------------------------------------------------------

#: Facts that start and end the rules of a law, close to each other, so that most states are visited.
MOMENTS = st.one_of(
    st.integers(0, 120).map(lambda days: (FIRST + timedelta(days=days)).isoformat()),
    st.integers(0, 120 * 24).map(lambda hours: (evening("2024-01-08") + timedelta(hours=hours)).isoformat()),
    st.integers(1, 5).map(lambda month: f"2024-{month:02}"),
    st.sampled_from(("unknown", "2024")),
)


#: Related facts: with all kinds of a law, few of them would occur in one history.
THEMES = (
    ("work_ended", "conciliation_begun", "conciliation_certified", "conciliation_open", "claim", "pause", "resumption"),
    ("first_incident", "last_incident", "exploitation_ended", "period_opened", "period_closed", "claim"),
    ("submission", "decision", "step", "reconsideration_requested", "residence_refused", "objection_made", "claim"),
    None,
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, str, str | None, list[Fact]]:
    """Draw a law, an age, a birth and up to a dozen facts with revisions, in the order of arrival."""
    jurisdiction = draw(st.sampled_from(JURISDICTIONS))
    theme = draw(st.sampled_from(THEMES))
    kinds = [said for said in kinds_of(jurisdiction) if theme is None or said[0] in theme] or kinds_of(jurisdiction)
    drawn = draw(st.lists(st.tuples(st.sampled_from(kinds), MOMENTS, st.integers(0, 30)), min_size=1, max_size=10))
    noted: list[Fact] = []
    for number, ((kind, codes), happened, later) in enumerate(drawn):
        about = draw(st.sampled_from([None, *(each.id for each in noted[:3])]))
        learnt = None if later > 20 else (FIRST + timedelta(days=130 + later)).isoformat()
        one = Fact(id=uuid5(CASE, f"h{number}"), case=CASE, kind=kind, happened=happened, learnt=learnt, codes=codes)
        noted.append(replace(one, about=about))
        if draw(st.booleans()):
            changed = replace(noted[-1], revision=2, happened=draw(MOMENTS), withdrawn=draw(st.integers(0, 3)) == 0)
            noted.append(changed)
    age = draw(st.sampled_from(("adult", "child", "unknown", "disputed")))
    birth = draw(st.sampled_from((None, "1990-05", "2006-03", "2006", "2010-11")))
    return jurisdiction, age, birth, noted


def _lived(
    history: tuple[str, str, str | None, list[Fact]], order: Sequence[Fact], days: Sequence[int]
) -> tuple[Story, list[Stored]]:
    """Replay a history in an order, each fact on a later evening, then continue to the same last evening."""
    jurisdiction, age, birth, _ = history
    story = Story.__new__(Story)
    story.facts, story.picture, story.birth, story.told = {}, {}, birth, []
    story.at = datetime.min.replace(tzinfo=UTC)
    law = Fact(id=uuid5(CASE, "law"), case=CASE, kind="law", happened="2000", codes={"jurisdiction": jurisdiction})
    person = Fact(id=uuid5(CASE, "person"), case=CASE, kind="person", happened="2000", codes={"age": age})
    story.hear(law, person, on="2024-01-08")
    for each, day in zip(order, days, strict=True):
        story.hear(each, on=(date(2024, 5, 1) + timedelta(days=day)).isoformat())
    story.evening("2024-12-01")
    return story, sorted(story.picture.values(), key=lambda each: str(each.id))


def _live(rows: Iterable[Stored]) -> list[Stored]:
    return [each for each in rows if each.state != WITHDRAWN]


@settings(max_examples=500)
@given(history=histories(), seed=st.integers(0, 2**32))
@pytest.mark.hazard("H-DEADLINE-6", control="derived")
def test_any_order_of_arrival_ends_in_the_same_clocks_and_in_the_same_picture(
    history: tuple[str, str, str | None, list[Fact]], seed: int
) -> None:
    chance, noted = random.Random(seed), history[3]
    days = sorted(chance.randrange(0, 200) for _ in noted)
    shuffled, repeated = chance.sample(noted, len(noted)), [*noted, chance.choice(noted)]
    one, picture = _lived(history, noted, days)
    other, other_picture = _lived(history, shuffled, days)
    _, third = _lived(history, repeated, [*days, 210])
    assert _live(picture) == _live(other_picture) == _live(third)
    # A consumer's read model equals the derived periods, and a second derivation publishes nothing.
    for story, seen in ((one, picture), (other, other_picture)):
        following = [stored_of(each) for each in story.derived()]
        assert {each.id: each for each in _live(seen)} == {each.id: each for each in following}
        assert differences(story.picture, following, story.at) == []


@settings(max_examples=200)
@given(history=histories(), hours=st.integers(0, 24 * 400), seed=st.integers(0, 2**32))
@pytest.mark.hazard("H-DEADLINE-6", control="derived")
def test_which_of_the_facts_was_recorded_first_changes_nothing(
    history: tuple[str, str, str | None, list[Fact]], hours: int, seed: int
) -> None:
    jurisdiction, age, birth, noted = history
    law = Fact(id=uuid5(CASE, "law"), case=CASE, kind="law", happened="2000", codes={"jurisdiction": jurisdiction})
    person = Fact(id=uuid5(CASE, "person"), case=CASE, kind="person", happened="2000", codes={"age": age})
    latest = list({each.id: each for each in noted}.values())
    # An id begins with the time at which its fact was recorded.
    ids = [each.id for each in latest]
    anew = dict(zip(ids, random.Random(seed).sample(ids, len(ids)), strict=True))
    renamed = [replace(each, id=anew[each.id], about=each.about and anew[each.about]) for each in latest]
    at = evening("2024-01-08") + timedelta(hours=hours)
    one, other = (
        derive(standing_rows(map(_row, [law, person, *facts])), at, keeper=None, births={CASE: birth}).periods
        for facts in (latest, renamed)
    )
    assert _without_ids(one) == _without_ids(other)


def _row(recorded: Fact) -> dict[str, Any]:
    names = ("id", "kind", "revision", "happened", "learnt", "about", "codes", "withdrawn")
    return {"case_id": recorded.case, **{name: getattr(recorded, name) for name in names}}


def _without_ids(periods: Iterable[Period]) -> list[str]:
    names = ("code", "state", "began", "due_on", "other_due_on", "in_time", "certainty", "doubts", "paused_on")
    return sorted(str([getattr(stored_of(each), name) for name in names]) for each in periods)


@settings(max_examples=200)
@given(history=histories(), hours=st.integers(0, 24 * 400), seed=st.integers(0, 2**32))
def test_a_closed_state_is_retracted_by_name_and_is_stable_until_the_next_instant(
    history: tuple[str, str, str | None, list[Fact]], hours: int, seed: int
) -> None:
    jurisdiction, age, birth, noted = history
    chance = random.Random(seed)
    law = Fact(id=uuid5(CASE, "law"), case=CASE, kind="law", happened="2000", codes={"jurisdiction": jurisdiction})
    person = Fact(id=uuid5(CASE, "person"), case=CASE, kind="person", happened="2000", codes={"age": age})
    at = evening("2024-01-08") + timedelta(hours=hours)
    # Only a closing may be recorded with a future date.
    latest = [each for each in {each.id: each for each in noted}.values() if not _is_of_a_day_to_come(each, at)]
    standing = [law, person, *latest]
    before = derive(standing, at, keeper=None, births={CASE: birth})
    if before.next_at is not None and before.next_at > at:
        sooner = at + chance.random() * (before.next_at - at - timedelta(microseconds=1))
        assert _states(derive(standing, sooner, keeper=None, births={CASE: birth}).periods) == _states(before.periods)
    known = {each.id: stored_of(each) for each in before.periods}
    left = [each for each in standing if chance.random() < 0.7 or each.kind in ("law", "person")]
    after = [stored_of(each) for each in derive(left, at, keeper=None, births={CASE: birth}).periods]
    told = differences(known, after, at)
    taken_back = {each.period.id for each in told if each.takes_back not in (None, "due_soon")}
    now = {each.id: each for each in after}
    closed = {each.id for each in known.values() if each.state not in LIVE}
    assert taken_back == {each for each in closed if each not in now or now[each].state != known[each].state}


def _is_of_a_day_to_come(fact: Fact, at: datetime) -> bool:
    return fact.kind != "period_closed" and fact.happened != "unknown" and fact.happened[:10] > at.date().isoformat()


def _states(periods: Iterable[Period]) -> list[tuple[Any, ...]]:
    return [(each.key, each.state, each.level, each.due, each.in_time) for each in periods]


@settings(max_examples=200)
@given(history=histories(), hours=st.integers(0, 24 * 900), seed=st.integers(0, 2**32))
def test_results_for_vague_facts_are_true_for_every_exact_history_they_allow(
    history: tuple[str, str, str | None, list[Fact]], hours: int, seed: int
) -> None:
    jurisdiction, age, birth, noted = history
    chance = random.Random(seed)
    law = Fact(id=uuid5(CASE, "law"), case=CASE, kind="law", happened="2000", codes={"jurisdiction": jurisdiction})
    person = Fact(id=uuid5(CASE, "person"), case=CASE, kind="person", happened="2000", codes={"age": age})
    changing = ("pause", "resumption", "conciliation_begun", "conciliation_certified", "extension")
    vague = [each for each in {each.id: each for each in noted}.values() if each.kind not in changing]
    exact = [replace(each, happened=_an_instant(each, chance)) for each in vague]
    # No history may state that the first incident was after the last one, or after the exploitation.
    last = min((each.happened for each in exact if each.kind in ("last_incident", "exploitation_ended")), default="9")
    assume(all(each.happened <= last for each in exact if each.kind == "first_incident"))
    at = evening("2024-01-08") + timedelta(hours=hours)
    said, true = (
        {each.id: each for each in derive([law, person, *facts], at, keeper=None, births={CASE: birth}).periods}
        for facts in (vague, exact)
    )
    for period in said.values():
        rule = profile(jurisdiction).clocks[period.code][-1]
        if rule.repeat == "after_end" or period.id not in true:
            continue  # An exact day can split one period into two.
        other = true[period.id]
        if "start_unknown" in period.doubts and "length_unknown" in other.doubts:
            continue  # A start on an unknown day is assumed not to precede the oldest recorded law.
        if period.state in ("missed", "passed", "reached"):
            # If a fact possibly ended the vague period in time, it certainly ends the exact one: the period is over
            # either way.
            assert other.state in (period.state, "ended")
        if period.in_time in ("yes", "no") and other.state == "met":
            assert other.in_time == period.in_time
        # If one start is unknown and another is known, the known one is counted, and the period stays open.
        if period.due and other.due and not {"birth_unknown", "start_unknown"} & set(period.doubts):
            safe = (
                period.due.ends_at >= other.due.ends_at
                if rule.kind == "minimum"
                else period.due.ends_at <= other.due.ends_at
            )
            assert safe


def _an_instant(vague: Fact, chance: random.Random) -> str:
    """Return an instant that a vague fact may mean. It is not after the day on which the fact became known."""
    text = vague.happened
    if "T" in text:
        return text
    first = date(2021, 1, 1) if text == "unknown" else date.fromisoformat((text + "-01-01")[:10])
    days = {4: 365, 7: 28, 10: 1}.get(len(text), 1_000)
    learnt = date.fromisoformat(vague.learnt) if vague.learnt else date.max
    day = min(first + timedelta(days=chance.randrange(days)), max(learnt, first))
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC).isoformat()


@given(histories())
def test_the_explained_dates_are_the_derived_ones(history: tuple[str, str, str | None, list[Fact]]) -> None:
    law, age, birth, noted = history
    highest: dict[UUID, Fact] = {each.id: each for each in sorted(noted, key=lambda each: each.revision)}
    facts = [
        fact("law", "2000-01-01", jurisdiction=law),
        fact("person", "2000-01-01", age=age),
        *(each for each in highest.values() if not each.withdrawn),
    ]
    now = evening("2026-11-30")
    derived = derive(facts, now, keeper=None, births={CASE: birth}).periods
    origins = Origins(facts, now, keeper=None, births={CASE: birth})
    assert tuple(origins.periods) == derived
    for number, period in enumerate(derived):
        explanation = origins.explanation(number)
        assert explanation.period == period
        assert explanation.rule.version == period.rule_version
        assert tuple(used.fact.id for used in explanation.facts) == period.because
        assert set(explanation.closes) <= set(period.doubts)
        assert bool(explanation.question) >= bool(period.ask_about)
        if not explanation.pauses and not explanation.extensions:
            _check_readings(explanation)


def _check_readings(explanation: Explanation) -> None:
    """Check that a period's dates are dates of its readings, and that no reading is outside them."""
    period = explanation.period
    shown = {day.due_on for day in (period.due, period.other) if day is not None}
    ways = [way for reading in explanation.readings for way in (reading.reach.first, reading.reach.last) if way]
    assert shown <= {way.due.due_on for way in ways}
    is_one = len({id(reading.start) for reading in explanation.readings}) == 1
    if is_one and period.due is not None and period.other is not None:
        assert shown == {min(way.due.due_on for way in ways), max(way.due.due_on for way in ways)}
