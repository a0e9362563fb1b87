"""The legal periods, one row each. Dates are counted by hand, with the calculation."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

import pytest

from shared.deadlines.derivation import Period, derive
from shared.deadlines.facts import Fact
from shared.reference import JURISDICTIONS, calculate, profile
from shared.reference.periods import moment

CASE = UUID("1f3b1a57-3c1c-4f26-9f0c-0f6f6a3c2b11")
_numbers = iter(range(1_000_000))


def fact(kind: str, happened: str, learnt: str | None = None, about: UUID | None = None, **codes: str) -> Fact:
    identity = uuid5(CASE, str(next(_numbers)))
    return Fact(id=identity, case=CASE, kind=kind, happened=happened, learnt=learnt, about=about, codes=codes)


def periods(
    law: str, *facts: Fact, at: str = "2026-11-26", age: str = "adult", birth: str | None = None
) -> list[Period]:
    said = [fact("law", "2000-01-01", jurisdiction=law), fact("person", "2000-01-01", age=age), *facts]
    now = datetime.fromisoformat(f"{at}T18:00:00").replace(tzinfo=UTC)
    return list(derive(said, now, keeper=None, births={CASE: birth}).periods)


def only(found: list[Period], code: str) -> Period:
    (period,) = [each for each in found if each.code == code]
    return period


def codes_of(found: list[Period]) -> set[str]:
    return {each.code for each in found}


def dates(period: Period) -> tuple[str | None, str | None]:
    return (
        period.due.due_on.isoformat() if period.due else None,
        period.other.due_on.isoformat() if period.other else None,
    )


def decision(stage: str, outcome: str, day: str, learnt: str | None = None, **more: str) -> Fact:
    return fact("decision", day, learnt, stage=stage, outcome=outcome, **more)


# --- Romania's compensation: one year from the final judgment ---------------------------------------------------------


def test_state_compensation_runs_a_year_from_the_day_on_which_the_judgment_is_final() -> None:
    # 3 April 2026 + 1 year = 3 April 2027, a Saturday, which does not move.
    found = periods("RO", fact("judgment_final", "2026-04-03", offender="known"), at="2026-04-10")
    assert dates(only(found, "RO.STATE_COMP")) == ("2027-04-03", "2029-04-03")
    # A law whose text has not been read may say 3 years: 3 April 2029 is the other date, and the date is unclear.
    shown = calculate(profile("RO"), "RO.STATE_COMP", "2026-04-03")
    assert [way.due and way.due.due_on for way in shown.ways] == [date(2027, 4, 3), date(2029, 4, 3)]
    assert shown.date_certainty == "unclear"


@pytest.mark.parametrize("offender", ["known", None])
def test_a_judgment_without_an_answer_about_the_offender_has_a_known_offender(offender: str | None) -> None:
    codes = {} if offender is None else {"offender": offender}
    found = periods("RO", fact("judgment_final", "2026-04-03", **codes), at="2026-04-10")
    assert dates(only(found, "RO.STATE_COMP"))[0] == "2027-04-03"


def test_without_a_judgment_or_an_offender_there_is_no_date_from_the_incident() -> None:
    for facts in (
        (),
        (fact("last_incident", "2020-05-01"), fact("first_incident", "2019-05-01")),
        (fact("judgment_final", "2026-04-03", offender="unknown"),),
    ):
        period = only(periods("RO", *facts), "RO.STATE_COMP")
        assert (dates(period), period.state, period.certainty) == ((None, None), "undated", "unclear")


# --- reconsideration: 30 days of the decision -------------------------------------------------------------------------


def test_reconsideration_is_counted_from_the_decision_and_its_receipt_stands_beside() -> None:
    # 19 December: 12 days to the 31st + 18 = 18 January. 2 January: 29 days to the 31st + 1 = 1 February.
    refused = decision("reasonable_grounds", "negative", "2025-12-19", "2026-01-02")
    assert dates(only(periods("GB-EAW", refused, at="2026-01-02"), "GB.RECONSIDER")) == ("2026-01-18", "2026-02-01")
    assert only(periods("GB-EAW", refused, at="2026-01-19"), "GB.RECONSIDER").state == "doubtful"
    asked = fact("reconsideration_requested", "2026-01-16", "2026-01-22", refused.id, stage="reasonable_grounds")
    met = only(periods("GB-EAW", refused, asked, at="2026-01-22"), "GB.RECONSIDER")
    assert (met.state, met.in_time) == ("met", "yes")


def test_before_the_window_of_2024_there_is_no_date() -> None:
    found = periods("GB-SCT", decision("conclusive_grounds", "negative", "2024-07-07"), at="2024-07-08")
    assert dates(only(found, "GB.RECONSIDER")) == (None, None)
    # 8 July + 30: 23 days to the 31st + 7 = 7 August.
    found = periods("GB-SCT", decision("conclusive_grounds", "negative", "2024-07-08"), at="2024-07-08")
    assert dates(only(found, "GB.RECONSIDER")) == ("2024-08-07", None)


def test_residence_refused_and_a_disqualification_have_windows_of_their_own() -> None:
    # 2 March + 30: 29 days to the 31st + 1 = 1 April.
    refused = fact("residence_refused", "2026-03-02")
    found = periods("GB-NIR", refused, at="2026-03-03")
    assert dates(only(found, "GB.VTS_RECONSIDER")) == ("2026-04-01", None)
    assert "GB.RECONSIDER" not in codes_of(found)
    asked = fact("reconsideration_requested", "2026-03-20", about=refused.id)
    assert only(periods("GB-NIR", refused, asked, at="2026-03-21"), "GB.VTS_RECONSIDER").state == "met"

    found = periods("GB-EAW", decision("conclusive_grounds", "disqualified", "2026-03-02"), at="2026-03-03")
    assert dates(only(found, "GB.DISQUALIFIED_RECONSIDER")) == ("2026-04-01", None)
    assert "GB.RECONSIDER" not in codes_of(found)
    # Three months from 2 March.
    assert dates(only(found, "GB.JR")) == ("2026-06-02", None)


def test_a_refusal_taken_back_needs_no_court_and_another_still_does() -> None:
    refused = decision("reasonable_grounds", "negative", "2026-03-02")
    stays = fact("residence_refused", "2026-03-09")
    again = decision("reconsideration", "negative", "2026-03-20", reconsiders="reasonable_grounds")
    taken_back = decision("reconsideration", "positive", "2026-04-06", reconsiders="reasonable_grounds")
    decided_anew = decision("reasonable_grounds", "positive", "2026-04-06")
    for positive in (taken_back, decided_anew):
        found = periods("GB-EAW", refused, stays, again, positive, at="2026-04-07")
        states = {each.start: each.state for each in found if each.code == "GB.JR"}
        assert states == {refused.id: "ended", stays.id: "running", again.id: "ended"}
    # The decision of the later stage remains, because it was not reconsidered.
    later = decision("conclusive_grounds", "negative", "2026-03-30")
    found = periods("GB-EAW", later, taken_back, at="2026-04-07")
    assert only(found, "GB.JR").state == "running"
    # A decision that may precede the refusal ends nothing and leaves a doubt.
    for day in ("unknown", "2026", "2026-03", "2026-03-02"):
        found = periods("GB-EAW", refused, decision("reasonable_grounds", "positive", day), at="2026-04-07")
        assert (only(found, "GB.JR").state, only(found, "GB.JR").doubts) == ("doubtful", ("perhaps_earlier",))
    # A claim to the court in the meantime was in time.
    claim = fact("claim", "2026-04-01", remedy="GB.JR")
    assert only(periods("GB-EAW", refused, claim, taken_back, at="2026-04-07"), "GB.JR").state == "met"


# --- children ---------------------------------------------------------------------------------------------------------


def test_compensation_of_a_child_runs_to_the_20th_birthday_if_reported_before_18() -> None:
    # Born in December 2008, reported in October 2026 at 17: until a day of December 2028. Only the month is published.
    facts = (fact("last_incident", "2026-05-01"), fact("crime_reported", "2026-10-05"))
    period = only(periods("GB-EAW", *facts, age="child", birth="2008-12"), "GB.CICA")
    assert (dates(period), period.birthday) == (("2028-12-01", "2028-12-31"), 20)


def test_a_child_s_compensation_runs_two_years_from_a_report_after_the_18th_birthday() -> None:
    # Born in September 2008, 18 in September 2026, reported on 5 October 2026: + 2 years.
    facts = (fact("last_incident", "2026-05-01"), fact("crime_reported", "2026-10-05"))
    period = only(periods("GB-EAW", *facts, birth="2008-09"), "GB.CICA")
    assert dates(period) == ("2028-10-05", None)


def test_by_an_age_alone_a_child_s_limits_have_no_date_and_are_never_passed() -> None:
    found = periods("GB-EAW", fact("last_incident", "2015-05-01"), age="child")
    for code in ("GB.CICA", "GB.CIVIL_PI", "GB.CIVIL_CONTRACT"):
        period = only(found, code)
        assert (dates(period), period.state) == ((None, None), "undated")
        assert "birth_unknown" in period.doubts


@pytest.mark.parametrize(
    ("law", "code", "due"),
    [
        # 18 on a day of September 2026: 3, 6 and 10 years from the first of that month at the earliest.
        ("GB-EAW", "GB.CIVIL_PI", "2029-09-01"),
        ("GB-EAW", "GB.CIVIL_CONTRACT", "2032-09-01"),
        ("GB-NIR", "NIR.CIVIL_PI", "2029-09-01"),
        ("GB-NIR", "NIR.CICS", "2028-09-01"),  # to the 20th birthday
        ("NL", "NL.SCHADEFONDS", "2036-09-01"),
        ("GB-SCT", "SCT.CIVIL_PI", None),  # childhood abuse has no limit
    ],
)
def test_civil_limits_of_a_child_run_from_18(law: str, code: str, due: str | None) -> None:
    found = periods(law, fact("last_incident", "2020-05-01"), age="child", birth="2008-09")
    assert dates(only(found, code))[0] == due


def test_an_age_that_the_birth_contradicts_closes_no_limit_whose_start_nobody_knows() -> None:
    # Recorded as a child, but born in May 1990 and adult since 2008. Ten years from then are over. Ten years from an
    # undated incident that was learnt on 17 May 2024 do not end before 17 May 2034.
    incident = fact("last_incident", "unknown", learnt="2024-05-17")
    period = only(periods("NL", incident, age="child", birth="1990-05"), "NL.SCHADEFONDS")
    assert (period.state, dates(period)) == ("undated", (None, "2034-05-17"))
    assert {"perhaps_a_child", "start_unknown"} <= set(period.doubts)


def test_what_was_done_on_the_day_before_a_refusal_does_not_answer_it() -> None:
    # Refused on 10 January: 4 weeks until 7 February. The objection of the 9th answers another decision; this is late.
    facts = (fact("objection_made", "2024-01-09"), fact("residence_refused", "2024-01-10"))
    late = fact("objection_made", "2024-02-08")
    period = only(periods("NL", *facts, late), "NL.OBJECTION")
    assert (dates(period)[0], period.state, period.in_time) == ("2024-02-07", "met", "no")


@pytest.mark.parametrize(
    ("made", "in_time"),
    [
        (("2024-01", "2024-02-08"), "unknown"),  # the vague one may answer an earlier decision: the late one counts
        (("2024-01", "2024-01-30", "2024-02-08"), "yes"),
        (("2024-02-08", "2024-02-09"), "no"),
    ],
)
def test_of_several_answers_the_first_in_time_counts_as_far_as_its_day_is_known(
    made: tuple[str, ...], in_time: str
) -> None:
    # Refused on 10 January: 4 weeks until 7 February.
    facts = [fact("objection_made", day) for day in made]
    period = only(periods("NL", fact("residence_refused", "2024-01-10"), *facts), "NL.OBJECTION")
    assert (period.state, period.in_time) == ("met", in_time)


def test_an_answer_that_may_be_older_than_the_refusal_leaves_a_doubt() -> None:
    # Refused on 10 January; the objection was made on some day of that month.
    refused = fact("residence_refused", "2024-01-10")
    period = only(periods("NL", refused, fact("objection_made", "2024-01")), "NL.OBJECTION")
    assert (period.state, "perhaps_earlier" in period.doubts) == ("doubtful", True)
    # An objection that names the refusal follows it.
    named = fact("objection_made", "2024-01", about=refused.id)
    period = only(periods("NL", refused, named), "NL.OBJECTION")
    assert (period.state, period.in_time) == ("met", "yes")


@pytest.mark.parametrize("age", ["unknown", "disputed"])
def test_for_an_unknown_or_disputed_age_the_adult_date_is_first_and_nothing_passed(age: str) -> None:
    # 1 May 2020 + 2 years is over for an adult, and possibly not for a child.
    period = only(periods("GB-EAW", fact("last_incident", "2020-05-01"), age=age), "GB.CICA")
    assert (dates(period)[0], period.state) == ("2022-05-01", "doubtful")
    assert "perhaps_a_child" in period.doubts


# --- recovery, reflection ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("law", ["GB-EAW", "GB-SCT", "GB-NIR"])
def test_recovery_protects_so_that_the_later_reading_stands_first(law: str) -> None:
    # 13 February: 15 days to the 28th + 15 = 15 March; with the day itself as the first, 14 March.
    found = periods(law, decision("reasonable_grounds", "positive", "2026-02-13"), at="2026-02-13")
    assert dates(only(found, "GB.RECOVERY_MIN")) == ("2026-03-15", "2026-03-14")
    assert "COE.RECOVERY_MIN" not in codes_of(found)


def test_a_positive_second_look_has_the_effects_of_the_decision_that_it_replaces() -> None:
    first = decision("reconsideration", "positive", "2026-02-13", reconsiders="reasonable_grounds")
    assert {"GB.RECOVERY_MIN"} <= codes_of(periods("GB-EAW", first))
    second = decision("reconsideration", "positive", "2026-02-13", reconsiders="conclusive_grounds")
    found = codes_of(periods("GB-EAW", second))
    assert "GB.MOVEON_MIN" in found
    assert "GB.RECOVERY_MIN" not in found


def accepted(day: str, **codes: str) -> Fact:
    return fact("step", day, stage="reflection_accepted", **codes)


def test_reflection_is_three_months_and_thirty_days_for_a_dublin_claimant() -> None:
    # 31 August + 3 months = 30 November (no 31st). A paraphrase says 90 days: 29 November, which is also a reading.
    found = periods("NL", accepted("2025-08-31"), at="2025-09-01")
    assert dates(only(found, "NL.REFLECTION_MAX")) == ("2025-11-29", "2025-11-30")
    shown = calculate(profile("NL"), "NL.REFLECTION_MAX", "2025-08-31")
    assert [way.due and way.due.due_on for way in shown.ways] == [date(2025, 11, 29), date(2025, 11, 30)]
    assert "NL.REFLECTION_DUBLIN_MAX" not in codes_of(found)
    # 1 September: 29 days to the 30th + 1 = 1 October.
    found = periods("NL", accepted("2025-09-01", dublin="yes"), at="2025-09-18")
    assert dates(only(found, "NL.REFLECTION_DUBLIN_MAX")) == ("2025-10-01", None)
    assert "NL.REFLECTION_MAX" not in codes_of(found)
    both = periods("NL", accepted("2025-09-01", dublin="unknown"), at="2025-09-18")
    assert {"NL.REFLECTION_MAX", "NL.REFLECTION_DUBLIN_MAX"} <= codes_of(both)
    kept = periods("NL", accepted("2025-09-01", dublin="prefer_not_to_say"), at="2025-09-18")
    assert codes_of(kept) == codes_of(both), "who does not say may be one"
    unasked = periods("NL", accepted("2025-09-01", dublin="not_asked"), at="2025-09-18")
    assert codes_of(unasked) == codes_of(periods("NL", accepted("2025-09-01"), at="2025-09-18"))
    # Before 18 May 2023 there was no rule for Dublin claimants.
    assert dates(only(periods("NL", accepted("2023-05-17"), at="2023-05-18"), "NL.REFLECTION_MAX")) == (
        "2023-08-17",
        None,
    )


def test_recovery_in_romania_begins_with_a_potential_or_presumed_victim_and_once() -> None:
    # 27 November: 3 days to the 30th + 31 + 31 + 25 = 90.
    potential = fact("step", "2025-11-27", stage="potential")
    presumed = decision("presumed", "positive", "2025-11-28")
    for facts in ((potential,), (potential, presumed)):
        found = periods("RO", *facts, at="2025-11-29")
        assert dates(only(found, "RO.RECOVERY_MAX")) == ("2026-02-25", None)
    # 28 November: 2 days to the 30th + 31 + 31 + 26 = 90.
    assert dates(only(periods("RO", presumed, at="2025-11-29"), "RO.RECOVERY_MAX")) == ("2026-02-26", None)
    # Article 39¹ applies to foreigners only: citizens of Romania, the EU or the EEA have no such period.
    silences = dict.fromkeys(("unknown", "not_asked", "prefer_not_to_say"), True)
    for foreigner, has in {"yes": True, "no": False, **silences}.items():
        for stated in (
            fact("step", "2025-11-27", stage="potential", foreigner=foreigner),
            decision("presumed", "positive", "2025-11-28", foreigner=foreigner),
        ):
            assert ("RO.RECOVERY_MAX" in codes_of(periods("RO", stated, at="2025-11-29"))) is has, foreigner


# --- tribunals --------------------------------------------------------------------------------------------------------


def test_at_the_end_of_a_month_the_earlier_reading_of_three_months_stands_first() -> None:
    # 31 August + 3 months = 30 November (no 31st), less a day. By the other reading, that last day is not reduced.
    found = periods("GB-EAW", fact("work_ended", "2025-08-31"), at="2025-11-01")
    for code in ("GB.ET", "GB.ET_CONTRACT"):
        assert dates(only(found, code)) == ("2025-11-29", "2025-11-30")


def test_six_months_apply_from_october_2026_and_contract_claims_keep_three() -> None:
    # 30 September + 3 months less a day = 29 December; from 1 October also 6 months less a day = 31 March.
    found = periods("GB-SCT", fact("work_ended", "2026-09-30"), at="2026-10-02")
    assert dates(only(found, "GB.ET")) == ("2026-12-29", None)
    found = periods("GB-SCT", fact("work_ended", "2026-10-01"), at="2026-10-02")
    assert dates(only(found, "GB.ET")) == ("2026-12-31", "2027-03-31")
    assert dates(only(found, "GB.ET_CONTRACT")) == ("2026-12-31", None)


# --- authorities and days of rest -------------------------------------------------------------------------------------


def test_both_dates_are_shown_if_it_is_open_which_holidays_bind_a_uk_authority() -> None:
    referred = fact("submission", "2026-03-13T10:00:00Z", stage="referred")
    # Mon 16, Tue 17, Wed 18, Thu 19, Fri 20; in Northern Ireland 17 March is a holiday: Mon 23.
    assert dates(only(periods("GB-NIR", referred, at="2026-03-13"), "GB.RG")) == ("2026-03-20", "2026-03-23")
    assert dates(only(periods("GB-EAW", referred, at="2026-03-13"), "GB.RG")) == ("2026-03-20", None)


@pytest.mark.parametrize("day", ["2026-01-02", "2026-05-15", "2027-05-07", "2028-04-28", "2028-05-26"])
def test_days_decreed_singly_are_days_of_rest_in_that_year_alone(day: str) -> None:
    calendar = profile("NL").calendar
    decreed = date.fromisoformat(day)
    assert "decreed" in str(calendar.reason(decreed))
    assert "decreed" not in str(calendar.reason(decreed.replace(year=decreed.year + 1)))


@pytest.mark.parametrize("sent", ["2025-12-04", "2025-12-05"])
def test_an_objection_that_ends_on_a_day_decreed_moves_to_the_next_working_day(sent: str) -> None:
    # 4 December + 28 = 1 January, 5 December + 28 = Fri 2 January, decreed; 3-4 weekend; Mon 5 January.
    found = periods("NL", fact("residence_refused", sent), at="2025-12-10")
    assert dates(only(found, "NL.OBJECTION")) == ("2026-01-05", None)
    made = fact("objection_made", "2026-01-05")
    assert only(periods("NL", fact("residence_refused", sent), made), "NL.OBJECTION").in_time == "yes"


# --- a voucher, by the hour -------------------------------------------------------------------------------------------


def test_a_voucher_is_due_72_hours_after_its_referral_and_no_notification_starts_it() -> None:
    # 14:30 UTC on 24 October. Summer time ends on the 26th, so local time in Bucharest is 16:30, not 17:30.
    referred = fact("submission", "2025-10-24T14:30:00Z", stage="referred_to_voucher")
    period = only(periods("RO", referred, at="2025-10-24"), "RO.VOUCHER")
    assert period.due is not None
    assert period.due.starts_at == datetime(2025, 10, 27, 14, 30, tzinfo=UTC)
    given = fact("voucher_given", "2025-10-27T14:55:00Z")
    assert only(periods("RO", referred, given), "RO.VOUCHER").in_time == "no"
    notified = fact("submission", "2025-10-24T14:30:00Z", stage="notified")
    assert "RO.VOUCHER" not in codes_of(periods("RO", notified))


# --- which incident ---------------------------------------------------------------------------------------------------


_COMPENSATION = [
    *(("GB-EAW", "GB.CICA", 2), ("GB-SCT", "GB.CICA", 2), ("GB-NIR", "NIR.CICS", 2), ("NL", "NL.SCHADEFONDS", 10)),
]
_CIVIL = [
    *(("GB-EAW", "GB.CIVIL_PI", 3), ("GB-SCT", "SCT.CIVIL_PI", 3), ("GB-NIR", "NIR.CIVIL_PI", 3)),
    ("GB-EAW", "GB.CIVIL_CONTRACT", 6),
]


@pytest.mark.parametrize(("law", "code", "years"), _COMPENSATION)
def test_compensation_for_an_exploitation_that_went_on_counts_from_the_last_incident(
    law: str, code: str, years: int
) -> None:
    first, last = fact("first_incident", "2024-05-01"), fact("last_incident", "2025-06-15")
    period = only(periods(law, first, last), code)
    assert (dates(period), period.doubts) == ((f"{2025 + years}-06-15", None), ())


@pytest.mark.parametrize(("law", "code", "years"), _CIVIL)
def test_each_act_can_have_its_own_limit_so_the_first_and_last_dates_are_shown(law: str, code: str, years: int) -> None:
    first, last = fact("first_incident", "2024-05-01"), fact("last_incident", "2025-06-15")
    period = only(periods(law, first, last), code)
    assert dates(period) == (f"{2024 + years}-05-01", f"{2025 + years}-06-15")
    assert (period.certainty, period.doubts) == ("unclear", ("each_act",))
    # One act has one limit.
    assert only(periods(law, last), code).doubts == ()


# --- data protection --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("law", JURISDICTIONS)
def test_a_right_is_answered_within_a_month_of_its_receipt(law: str) -> None:
    # Counted from receipt on 10 March, not from the letter: 10 April 2026, a Friday (Good Friday in Romania: Tue 14).
    asked = fact("rights_request", "2026-03-02", "2026-03-10", right="erasure")
    period = only(periods(law, asked, at="2026-03-11"), "PRIV.RIGHTS")
    assert dates(period) == ("2026-04-10", "2026-04-14" if law == "RO" else None)
    answered = fact("rights_answer", "2026-04-10", about=asked.id, right="erasure")
    assert only(periods(law, asked, answered, at="2026-04-11"), "PRIV.RIGHTS").in_time == "yes"


def test_a_right_s_month_that_ends_on_a_day_of_rest_may_move_and_both_days_are_shown() -> None:
    # 5 April + 1 month = 5 May, Liberation Day; moved: 6 May.
    asked = fact("rights_request", "2026-04-05", "2026-04-05", right="erasure")
    assert dates(only(periods("NL", asked, at="2026-04-05"), "PRIV.RIGHTS")) == ("2026-05-05", "2026-05-06")


@pytest.mark.parametrize(
    ("law", "code", "start", "due"),
    [
        # Mon 9 March and nine working days: 10-13, 16-20 March.
        ("GB-NIR", "GB.EXIT_SUPPORT", "2026-03-06", "2026-03-20"),
        ("NL", "NL.STATE_ADVANCE", "2026-03-31", "2026-11-30"),  # eight months; November has no 31st
        ("RO", "PRIV.BREACH", "2026-03-27T10:00Z", "2026-03-30"),
    ],
)
def test_periods_without_a_clock_of_a_case_are_known_and_started_by_no_fact(
    law: str, code: str, start: str, due: str
) -> None:
    found = calculate(profile(law), code, moment(start)).as_data()
    assert (found["due_on"], found["clock_of_a_case"]) == (due, False)
    everything: list[Any] = [
        decision("reasonable_grounds", "negative", "2026-03-06"),
        fact("judgment_final", "2026-03-31"),
    ]
    assert code not in codes_of(periods(law, *everything))


# --- certainty --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "code", "word"),
    [
        ("GB-EAW", "GB.RG", "settled"),
        ("GB-EAW", "GB.CICA", "settled"),
        ("GB-EAW", "GB.RECONSIDER", "likely"),
        ("GB-EAW", "GB.RECOVERY_MIN", "likely"),
        ("GB-EAW", "GB.ET", "unclear"),
        ("NL", "NL.OBJECTION", "likely"),
        ("NL", "NL.CIVIL", "unclear"),
        ("RO", "RO.VOUCHER", "likely"),
    ],
)
def test_how_sure_a_rule_is_is_one_word_with_who_should_check_it(law: str, code: str, word: str) -> None:
    rule = profile(law).clock(code, on=date(2026, 11, 26))
    assert rule.certainty == word
    assert (rule.check == "nobody") == (word == "settled")
