"""A period is over only if every reading of its facts is over. Dates are counted by hand, with the calculation."""

from dataclasses import replace
from datetime import date
from itertools import product
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.deadlines.facts import Fact
from shared.reference import JURISDICTIONS, Trigger, profile
from tests.kit.derived import CASE, fact, only, periods, shown


def decision(stage: str, outcome: str, day: str, learnt: str | None = None, about: Fact | None = None) -> Fact:
    return fact("decision", day, learnt, about, stage=stage, outcome=outcome)


# --- 1. the last incident is an interval ------------------------------------------------------------------------------

_LIMITS = [
    *(("GB-EAW", "GB.CICA", 2), ("GB-SCT", "GB.CICA", 2), ("GB-NIR", "NIR.CICS", 2), ("NL", "NL.SCHADEFONDS", 10)),
    *(("GB-EAW", "GB.CIVIL_PI", 3), ("GB-SCT", "SCT.CIVIL_PI", 3), ("GB-NIR", "NIR.CIVIL_PI", 3)),
    ("GB-EAW", "GB.CIVIL_CONTRACT", 6),
]


@pytest.mark.hazard("H-DEADLINE-1", control="last-incident-interval")
@pytest.mark.parametrize(("law", "code", "years"), _LIMITS)
def test_a_limit_from_the_last_incident_is_open_until_the_exploitation_ended(law: str, code: str, years: int) -> None:
    facts = (fact("first_incident", "2021-03"), fact("exploitation_ended", "2026-01-15"))
    # From 1 March 2021 (earliest) to 15 January 2026 (latest).
    before, after = f"{2021 + years}-03-02", f"{2026 + years}-01-16"
    for day, state in ((before, "doubtful"), (f"{2026 + years}-01-15", "doubtful"), (after, "passed")):
        period = only(periods(law, *facts, at=day), code)
        assert shown(period) == (state, f"{2021 + years}-03-01", f"{2026 + years}-01-15")
        assert period.doubts == ("last_incident_unknown",)


@pytest.mark.hazard("H-DEADLINE-1", control="last-incident-interval")
@pytest.mark.parametrize(("law", "code", "years"), _LIMITS)
def test_without_a_recorded_end_the_limit_has_no_latest_date_and_never_passes(law: str, code: str, years: int) -> None:
    # Exploitation that was disclosed in May 2021 may have continued.
    incident = fact("first_incident", "2021-03-10", learnt="2021-05-01")
    assert shown(only(periods(law, incident, at="2060-01-01"), code)) == ("doubtful", f"{2021 + years}-03-10", None)


@pytest.mark.parametrize(("law", "code", "years"), _LIMITS)
def test_the_end_of_the_exploitation_alone_gives_the_latest_date(law: str, code: str, years: int) -> None:
    period = only(periods(law, fact("exploitation_ended", "2026-01-15")), code)
    assert shown(period) == ("undated", None, f"{2026 + years}-01-15")
    over = only(periods(law, fact("exploitation_ended", "2026-01-15"), at=f"{2026 + years}-01-16"), code)
    assert over.state == "passed"


def test_a_recorded_last_incident_closes_the_interval() -> None:
    facts = (
        fact("first_incident", "2021-03"),
        fact("last_incident", "2025-06-15"),
        fact("exploitation_ended", "2026-01-15"),
    )
    period = only(periods("GB-EAW", *facts), "GB.CICA")
    assert (shown(period), period.doubts) == (("running", "2027-06-15", None), ())


def test_an_incident_after_the_last_that_is_recorded_opens_the_interval_again() -> None:
    facts = (fact("last_incident", "2022-05-01"), fact("first_incident", "2024-02-01"))
    assert shown(only(periods("GB-EAW", *facts), "GB.CICA")) == ("doubtful", "2026-02-01", None)
    ended = fact("exploitation_ended", "2025-03-01")
    assert shown(only(periods("GB-EAW", *facts, ended), "GB.CICA")) == ("doubtful", "2026-02-01", "2027-03-01")


def test_the_end_of_an_earlier_exploitation_does_not_bound_a_later_incident() -> None:
    facts = (fact("exploitation_ended", "2020-03-01"), fact("first_incident", "2024-02-01"))
    assert shown(only(periods("GB-EAW", *facts), "GB.CICA")) == ("doubtful", "2026-02-01", None)


def test_an_incident_on_an_unknown_day_beside_a_period_opened_by_hand_opens_its_end() -> None:
    opened = fact("period_opened", "2023-05-01", clock="GB.CICA")
    assert shown(only(periods("GB-EAW", opened), "GB.CICA")) == ("passed", "2025-05-01", None)
    incident = fact("first_incident", "unknown")
    assert shown(only(periods("GB-EAW", opened, incident), "GB.CICA")) == ("doubtful", "2025-05-01", None)
    # An incident that was already known then cannot be later.
    earlier = fact("first_incident", "unknown", learnt="2023-05-01")
    assert shown(only(periods("GB-EAW", opened, earlier), "GB.CICA")) == ("passed", "2025-05-01", None)


def test_a_period_opened_manually_on_an_unknown_day_can_precede_the_first_incident() -> None:
    opened = fact("period_opened", "unknown", learnt="2024-05-17", clock="NIR.CIVIL_PI")
    incident = fact("first_incident", "2024-01-08", learnt="2024-05-17")
    # An act on an unknown day gives no first date, and a last incident without a known end gives no last date.
    assert shown(only(periods("GB-NIR", opened, incident), "NIR.CIVIL_PI")) == ("undated", None, None)


def test_of_several_last_incidents_one_on_an_unknown_day_opens_the_end() -> None:
    facts = (fact("last_incident", "2022-05-01"), fact("last_incident", "unknown"))
    assert shown(only(periods("GB-EAW", *facts), "GB.CICA")) == ("doubtful", "2024-05-01", None)


def test_a_claim_before_the_end_of_exploitation_is_doubtful_unless_it_names_its_fact() -> None:
    incident = fact("first_incident", "2021-03")
    facts = (incident, fact("exploitation_ended", "2026-01-15"))
    claim = fact("claim", "2025-11-01", remedy="GB.CICA")
    assert only(periods("GB-EAW", *facts, claim), "GB.CICA").state == "doubtful"
    named = fact("claim", "2025-11-01", about=incident, remedy="GB.CICA")
    assert only(periods("GB-EAW", *facts, named), "GB.CICA").state == "met"
    after = fact("claim", "2026-01-15", remedy="GB.CICA")
    assert only(periods("GB-EAW", *facts, after), "GB.CICA").state == "met"


def test_a_claim_that_names_the_end_of_an_earlier_exploitation_answers_no_later_one() -> None:
    ended, incident = fact("exploitation_ended", "2023-06-26"), fact("last_incident", "2025-07-23")
    claim = fact("claim", "2025-08", learnt="2025-10-29", about=ended, remedy="GB.CICA")
    assert only(periods("GB-EAW", ended, incident, claim), "GB.CICA").state == "running"


@pytest.mark.hazard("H-DEADLINE-3", control="surely-over")
def test_a_claim_before_a_manual_opening_is_doubtful_even_if_it_names_its_fact() -> None:
    ended = fact("exploitation_ended", "unknown", learnt="2024-04-20")
    claim = fact("claim", "2022-09-09", about=ended, remedy="NL.SCHADEFONDS")
    assert only(periods("NL", ended, claim), "NL.SCHADEFONDS").state == "met"
    opened = fact("period_opened", "2024-03-10", clock="NL.SCHADEFONDS")
    # Ten years from 10 March 2024.
    period = only(periods("NL", ended, claim, opened), "NL.SCHADEFONDS")
    assert (shown(period), "perhaps_earlier" in period.doubts) == (("doubtful", "2034-03-10", None), True)
    later = fact("claim", "2024-03-10", about=ended, remedy="NL.SCHADEFONDS")
    assert only(periods("NL", ended, later, opened), "NL.SCHADEFONDS").state == "met"


def test_a_claim_older_than_the_end_of_exploitation_that_it_names_raises_a_question() -> None:
    ended = fact("exploitation_ended", "2026-01")
    claim = fact("claim", "2023-01-15", about=ended, remedy="GB.CICA")
    period = only(periods("GB-SCT", ended, claim), "GB.CICA")
    assert (period.state, "answer_before" in period.doubts) == ("undated", True)


def test_of_two_facts_that_say_the_same_the_receipt_that_is_known_counts() -> None:
    refused = decision("conclusive_grounds", "negative", "2026-10", learnt="2026-11-29")
    again = replace(refused, id=uuid5(CASE, "again"), learnt=None)
    # 30 days from 1 October and from 29 November.
    assert shown(only(periods("GB-EAW", refused, again), "GB.RECONSIDER")) == ("doubtful", "2026-10-31", "2026-12-29")


# --- 2. a pause is a reading ------------------------------------------------------------------------------------------

_TRIBUNALS = [("GB-EAW", "GB.ET"), ("GB-SCT", "GB.ET"), ("GB-NIR", "NIR.TRIBUNAL"), ("GB-EAW", "GB.ET_CONTRACT")]
#: Three months less a day: 4 December 2026.
WORK_ENDED = "2026-09-05"


@pytest.mark.hazard("H-DEADLINE-2", control="pause-is-a-reading")
@pytest.mark.parametrize(("law", "code"), _TRIBUNALS)
def test_an_uncertified_conciliation_is_dated_as_if_certified_on_its_first_day(law: str, code: str) -> None:
    facts = (fact("work_ended", WORK_ENDED), fact("conciliation_begun", "2026-11-20"))
    # If certified at once: a month from 20 November. At the latest: 84 days to 12 February, and a month from then.
    period = only(periods(law, *facts), code)
    assert (shown(period), period.paused_on) == (("running", "2026-12-20", "2027-03-12"), None)
    assert ("certificate_unknown" in period.doubts, period.certainty) == (True, "unclear")
    # Warnings use the earlier date. The period is over after the later one.
    assert only(periods(law, *facts, at="2026-12-07"), code).level > 0
    states = [only(periods(law, *facts, at=day), code).state for day in ("2026-12-21", "2027-03-12", "2027-03-13")]
    assert states == ["doubtful", "doubtful", "passed"]


@pytest.mark.parametrize(("law", "code"), _TRIBUNALS)
def test_a_conciliation_that_had_no_certificate_on_a_day_moves_the_first_date(law: str, code: str) -> None:
    begun = fact("conciliation_begun", "2026-11-20")
    still_open = fact("conciliation_open", "2026-11-30", about=begun)
    facts = (fact("work_ended", WORK_ENDED), begun)
    period = only(periods(law, *facts, still_open), code)
    # A month from 30 November.
    assert shown(period) == ("running", "2026-12-30", "2027-03-12")
    certified = fact("conciliation_certified", "2026-12-11", about=begun)
    period = only(periods(law, *facts, still_open, certified), code)
    # 21 days: 25 December; a month from 11 December is later.
    assert shown(period) == ("running", "2027-01-11", None)
    assert "certificate_unknown" not in period.doubts


@pytest.mark.hazard("H-DEADLINE-2", control="one-pause")
@pytest.mark.parametrize(("law", "code"), _TRIBUNALS)
def test_a_conciliation_before_the_work_ended_extends_nothing(law: str, code: str) -> None:
    begun, certified = fact("conciliation_begun", "2026-06-01"), fact("conciliation_certified", "2026-06-20")
    # 9 August and three months less a day.
    facts = (fact("work_ended", "2026-08-09"), begun, certified)
    assert shown(only(periods(law, *facts, at="2026-11-08"), code)) == ("running", "2026-11-08", None)
    assert shown(only(periods(law, *facts, at="2026-11-09"), code)) == ("passed", "2026-11-08", None)


@pytest.mark.hazard("H-DEADLINE-2", control="one-pause")
@pytest.mark.parametrize(("law", "code"), _TRIBUNALS)
def test_a_second_conciliation_extends_nothing(law: str, code: str) -> None:
    first = (fact("conciliation_begun", "2026-10-01"), fact("conciliation_certified", "2026-10-31"))
    second = (fact("conciliation_begun", "2026-11-01"), fact("conciliation_certified", "2026-12-01"))
    # 4 December + 30 days.
    period = only(periods(law, fact("work_ended", WORK_ENDED), *first, *second), code)
    assert (shown(period), "which_start" in period.doubts) == (("running", "2027-01-03", None), False)


def test_of_two_conciliations_of_one_day_it_is_open_which_counts() -> None:
    begun = [fact("conciliation_begun", "2026-10-01", place=place) for place in ("one", "two")]
    certified = [
        fact("conciliation_certified", day, about=of)
        for day, of in zip(("2026-10-11", "2026-10-31"), begun, strict=True)
    ]
    period = only(periods("GB-EAW", fact("work_ended", WORK_ENDED), *begun, *certified), "GB.ET")
    # 4 December + 10 or 30 days. Until it is known which one counts, no extension is certain.
    assert (shown(period), "which_start" in period.doubts) == (("running", "2026-12-04", "2027-01-03"), True)


@pytest.mark.hazard("H-DEADLINE-2", control="one-pause")
def test_a_conciliation_with_another_employer_extends_nothing() -> None:
    one, other = fact("work_ended", WORK_ENDED), fact("work_ended", "2026-09-20")
    begun = fact("conciliation_begun", "2026-11-20", about=one)
    found = periods("GB-EAW", one, other, begun)
    assert shown(only(found, "GB.ET", one)) == ("running", "2026-12-20", "2027-03-12")
    assert shown(only(found, "GB.ET", other)) == ("running", "2026-12-19", None)
    # A conciliation that names neither work extends neither with certainty.
    unnamed = periods("GB-EAW", one, other, fact("conciliation_begun", "2026-11-20"))
    assert shown(only(unnamed, "GB.ET", one))[1] == "2026-12-04"
    assert shown(only(unnamed, "GB.ET", other))[1] == "2026-12-19"
    assert all("which_start" in period.doubts for period in unnamed if period.code == "GB.ET")


@pytest.mark.hazard("H-DEADLINE-2", control="pause-is-a-reading")
@pytest.mark.parametrize(("law", "code"), _TRIBUNALS)
@pytest.mark.parametrize(
    ("begun", "latest"),
    [
        # 42 days from 20 November: 1 January, and a month from then.
        ("2025-11-20", "2026-02-01"),
        # 84 days from 1 December: 23 February, and a month from then.
        ("2025-12-01", "2026-03-23"),
        # It began on some day until the last day of the limit, 4 December: 84 days to 26 February, and a month from
        # then.
        ("2025", "2026-03-26"),
    ],
)
def test_the_maximum_length_of_a_conciliation_follows_the_law_of_its_first_day(
    law: str, code: str, begun: str, latest: str
) -> None:
    facts = (fact("work_ended", "2025-09-05"), fact("conciliation_begun", begun, learnt="2025-12-31"))
    assert shown(only(periods(law, *facts, at="2025-12-01"), code))[2] == latest


def test_a_certificate_of_either_of_two_conciliations_ends_neither_for_certain() -> None:
    work = fact("work_ended", WORK_ENDED)
    begun = [fact("conciliation_begun", day, about=work) for day in ("2026-10-01", "2026-10-05")]
    # Counted from the second one, because the first may still continue.
    certified = fact("conciliation_certified", "2026-10-20")
    period = only(periods("GB-EAW", work, *begun, certified), "GB.ET")
    assert shown(period)[1:] == ("2026-12-04", "2027-02-26")
    named = fact("conciliation_certified", "2026-10-20", about=begun[0])
    assert shown(only(periods("GB-EAW", work, *begun, named), "GB.ET")) == ("running", "2026-12-23", None)


def test_a_certificate_possibly_older_than_the_conciliation_ends_it_only_by_name() -> None:
    begun = fact("conciliation_begun", "2026-11", learnt="2026-11-30")
    unnamed = fact("conciliation_certified", "2026-11-10")
    period = only(periods("GB-EAW", fact("work_ended", WORK_ENDED), begun, unnamed), "GB.ET")
    # It may have begun on 30 November and continue for 84 days.
    assert (shown(period)[1:], "certificate_unknown" in period.doubts) == (("2026-12-04", "2027-03-22"), True)
    named = fact("conciliation_certified", "2026-11-10", about=begun)
    period = only(periods("GB-EAW", fact("work_ended", WORK_ENDED), begun, named), "GB.ET")
    # From the 1st to the 10th, or only on the 10th, and a month from then.
    assert shown(period)[1:] == ("2026-12-10", "2026-12-13")


def test_a_conciliation_dated_by_month_can_start_on_the_day_it_was_known_to_be_open() -> None:
    begun = fact("conciliation_begun", "2021-10", learnt="2021-12-22")
    still_open = fact("conciliation_open", "2021-10-26", about=begun)
    # Three months less a day: 11 November. Begun and certified on 26 October: a month from then.
    period = only(periods("GB-SCT", fact("work_ended", "2021-08-12"), begun, still_open), "GB.ET")
    assert shown(period)[1] == "2021-11-26"


def test_if_either_of_two_pauses_can_be_first_the_earliest_date_has_the_shorter_one() -> None:
    work = fact("work_ended", "2024-09-28")
    begun = fact("conciliation_begun", "2024-11-19", about=work)
    certified = fact("conciliation_certified", "2024-11-20", about=begun)
    paused = fact("pause", "2024-11", clock="GB.ET")
    resumed = fact("resumption", "2024-12-15", about=paused, clock="GB.ET")
    found = only(periods("GB-EAW", work, begun, certified, paused, resumed, at="2024-12-29"), "GB.ET")
    # If the conciliation applies first: 28 December, and a month after the resumption. If the pause does: one day
    # later.
    assert shown(found)[:2] == ("running", "2025-01-15")
    assert "vague_pause" in found.doubts


def test_an_extension_closes_no_period_that_another_reading_leaves_open() -> None:
    # A positive decision on some day of 2026 until 20 November, so that 90 days end on 18 February 2027 at the latest.
    positive = decision("reasonable_grounds", "positive", "2026", "2026-11-20")
    extended = fact("extension", "2026-11-21", about=positive, clock="SCT.SUPPORT_MAX", until="2026-12-31")
    found = periods("GB-SCT", positive, extended, at="2027-01-01")
    assert shown(only(found, "SCT.SUPPORT_MAX")) == ("doubtful", "2026-12-31", "2027-02-18")


def test_a_period_that_a_person_paused_is_paused_until_it_is_resumed() -> None:
    work, paused = fact("work_ended", WORK_ENDED), fact("pause", "2026-11-01", clock="GB.ET")
    assert only(periods("GB-EAW", work, paused, at="2027-11-30"), "GB.ET").state == "paused"
    resumed = fact("resumption", "2026-11-11", clock="GB.ET")
    # 4 December + 10 days; a month from 11 November is earlier.
    assert shown(only(periods("GB-EAW", work, paused, resumed), "GB.ET")) == ("running", "2026-12-14", None)


# --- 3. a fact ends a period only if it is certainly later, and of the same stage and referral ------------------------


@pytest.mark.hazard("H-DEADLINE-3", control="same-stage")
@pytest.mark.parametrize("day", ["unknown", "2026", "2026-11", "2026-11-10", "2026-11-20"])
@pytest.mark.parametrize(
    ("law", "code"), [("GB-EAW", "GB.RECONSIDER"), ("GB-EAW", "GB.JR"), ("GB-NIR", "GB.RECONSIDER")]
)
def test_a_positive_decision_of_another_stage_ends_nothing(law: str, code: str, day: str) -> None:
    refused = decision("conclusive_grounds", "negative", "2026-11-10")
    first = decision("reasonable_grounds", "positive", day, learnt="2026-11-29")
    period = only(periods(law, refused, first), code)
    assert (period.state, period.doubts) == ("running", ())


@pytest.mark.hazard("H-DEADLINE-3", control="surely-over")
@pytest.mark.parametrize("day", ["unknown", "2026", "2026-11", "2026-11-10"])
def test_a_positive_decision_that_may_be_older_leaves_a_doubt_and_the_warnings(day: str) -> None:
    refused = decision("conclusive_grounds", "negative", "2026-11-10")
    positive = decision("conclusive_grounds", "positive", day, learnt="2026-11-29")
    period = only(periods("GB-EAW", refused, positive), "GB.RECONSIDER")
    assert (shown(period), period.doubts) == (("doubtful", "2026-12-10", None), ("perhaps_earlier",))
    # The decision was in time, or the window is over: after the last day, the period is over either way.
    assert only(periods("GB-EAW", refused, positive, at="2026-12-11"), "GB.RECONSIDER").state == "passed"


def test_a_later_positive_decision_of_the_stage_ends_the_window() -> None:
    refused = decision("conclusive_grounds", "negative", "2026-11-10")
    positive = decision("conclusive_grounds", "positive", "2026-11-11")
    assert only(periods("GB-EAW", refused, positive), "GB.RECONSIDER").state == "ended"


@pytest.mark.hazard("H-DEADLINE-3", control="same-stage")
def test_a_decision_on_a_new_referral_ends_nothing_of_the_old_one() -> None:
    old, new = fact("submission", "2026-03-02", stage="referred"), fact("submission", "2026-11-12", stage="referred")
    refused = decision("reasonable_grounds", "negative", "2026-11-10", about=old)
    positive = decision("reasonable_grounds", "positive", "2026-11-20", about=new)
    found = periods("GB-EAW", old, new, refused, positive)
    assert only(found, "GB.RECONSIDER").state == "running"
    assert only(found, "GB.JR").state == "running"
    # A decision without its referral leaves a doubt.
    unnamed = decision("reasonable_grounds", "positive", "2026-11-20")
    period = only(periods("GB-EAW", old, new, refused, unnamed), "GB.RECONSIDER")
    assert (period.state, period.doubts) == ("doubtful", ("which_referral",))
    # The decision on the old referral ends it.
    replaced = decision("reasonable_grounds", "positive", "2026-11-20", about=old)
    assert only(periods("GB-EAW", old, new, refused, replaced), "GB.RECONSIDER").state == "ended"


def test_an_authority_decides_the_referral_that_it_names() -> None:
    old, new = fact("submission", "2026-11-02", stage="referred"), fact("submission", "2026-11-12", stage="referred")
    negative = decision("reasonable_grounds", "negative", "2026-11-13", about=old)
    found = periods("GB-EAW", old, new, negative, at="2026-11-13")
    assert only(found, "GB.RG", old).state == "met"
    assert only(found, "GB.RG", new).state == "running"
    unnamed = decision("reasonable_grounds", "negative", "2026-11-13")
    found = periods("GB-EAW", old, new, unnamed, at="2026-11-13")
    # For the old referral the decision would be late: the authority missed that limit in any case.
    assert [only(found, "GB.RG", each).state for each in (old, new)] == ["missed", "doubtful"]
    assert only(found, "GB.RG", new).doubts == ("which_referral",)
    # Before the new referral, there was only one.
    early = decision("reasonable_grounds", "negative", "2026-11-06")
    found = periods("GB-EAW", old, new, early, at="2026-11-13")
    assert [only(found, "GB.RG", each).state for each in (old, new)] == ["met", "running"]


def test_a_reconsideration_ends_the_window_of_the_decision_that_it_reconsidered() -> None:
    first = decision("reasonable_grounds", "negative", "2026-11-02")
    second = decision("conclusive_grounds", "negative", "2026-11-10")
    again = fact(
        "decision", "2026-11-20", stage="reconsideration", outcome="negative", reconsiders="reasonable_grounds"
    )
    found = periods("GB-EAW", first, second, again)
    assert only(found, "GB.RECONSIDER", first).state == "ended"
    assert only(found, "GB.RECONSIDER", second).state == "running"
    # A reconsideration without the reconsidered stage leaves a doubt, unless it names the decision.
    unsaid = fact("decision", "2026-11-20", stage="reconsideration", outcome="negative")
    found = periods("GB-EAW", first, second, unsaid)
    assert {only(found, "GB.RECONSIDER", each).doubts for each in (first, second)} == {("which_stage",)}
    named = fact("decision", "2026-11-20", about=second, stage="reconsideration", outcome="negative")
    found = periods("GB-EAW", first, second, named)
    assert [only(found, "GB.RECONSIDER", each).state for each in (first, second)] == ["running", "ended"]


@pytest.mark.hazard("H-DEADLINE-3", control="surely-over")
def test_a_reply_of_the_day_meets_a_period_and_another_decision_that_day_is_doubtful() -> None:
    work = fact("work_ended", WORK_ENDED)
    claim = fact("claim", WORK_ENDED, remedy="GB.EMPLOYMENT_TRIBUNAL")
    assert only(periods("GB-EAW", work, claim), "GB.ET").state == "met"
    refused = decision("reasonable_grounds", "negative", "2026-11-10")
    positive = decision("reasonable_grounds", "positive", "2026-11-10")
    assert only(periods("GB-EAW", refused, positive), "GB.RECONSIDER").state == "doubtful"


def test_a_report_that_may_be_older_than_the_reflection_does_not_end_it() -> None:
    accepted = fact("step", "2026-11-10", stage="reflection_accepted")
    for day in ("2026", "2026-11", "2026-11-10"):
        report = fact("step", day, learnt="2026-11-29", stage="report_made")
        period = only(periods("NL", accepted, report), "NL.REFLECTION_MAX")
        assert (period.state, "perhaps_earlier" in period.doubts) == ("doubtful", True)
    report = fact("step", "2026-11-11", stage="report_made")
    assert only(periods("NL", accepted, report), "NL.REFLECTION_MAX").state == "ended"


def test_an_answer_that_bears_an_earlier_day_than_what_it_names_is_asked_about() -> None:
    refused = fact("residence_refused", "2026-11-10")
    made = fact("objection_made", "2026-11-09", about=refused)
    period = only(periods("NL", refused, made), "NL.OBJECTION")
    assert (period.state, "answer_before" in period.doubts) == ("doubtful", True)


def test_a_request_meets_the_window_of_the_decision_that_it_names_and_no_other() -> None:
    disqualified = decision("conclusive_grounds", "disqualified", "2026-11-10")
    refused = decision("conclusive_grounds", "negative", "2026-11-12")
    asked = fact("reconsideration_requested", "2026-11-20", about=refused, stage="conclusive_grounds")
    found = periods("GB-EAW", disqualified, refused, asked)
    assert shown(only(found, "GB.RECONSIDER")) == ("met", "2026-12-12", None)
    assert shown(only(found, "GB.DISQUALIFIED_RECONSIDER")) == ("running", "2026-12-10", None)
    unnamed = fact("reconsideration_requested", "2026-11-20", stage="conclusive_grounds")
    found = periods("GB-EAW", disqualified, refused, unnamed)
    for code in ("GB.RECONSIDER", "GB.DISQUALIFIED_RECONSIDER"):
        assert (only(found, code).state, only(found, code).doubts) == ("doubtful", ("which_start",))


def test_a_request_about_one_stage_leaves_the_window_of_another() -> None:
    first = decision("reasonable_grounds", "negative", "2026-11-02")
    second = decision("conclusive_grounds", "negative", "2026-11-10")
    asked = fact("reconsideration_requested", "2026-11-20", stage="conclusive_grounds")
    found = periods("GB-EAW", first, second, asked)
    assert [only(found, "GB.RECONSIDER", each).state for each in (first, second)] == ["running", "met"]


@pytest.mark.hazard("H-DEADLINE-5", control="unread-law-is-a-reading")
def test_a_law_that_nobody_has_read_keeps_a_limit_open() -> None:
    judgment = fact("judgment_final", "2025-11-20", offender="known")
    # One year, or 3 years by a law whose text has not been read.
    for day, state in (("2026-11-20", "running"), ("2026-11-21", "doubtful"), ("2028-11-21", "passed")):
        period = only(periods("RO", judgment, at=day), "RO.STATE_COMP")
        assert shown(period) == (state, "2026-11-20", "2028-11-20")
        assert (period.certainty, "law_unread" in period.doubts) == ("unclear", True)
    claim = fact("claim", "2026-11-30", remedy="RO.STATE_COMP")
    met = only(periods("RO", judgment, claim), "RO.STATE_COMP")
    assert (met.state, met.in_time) == ("met", "unknown")


def test_a_decision_on_an_unknown_day_has_the_day_it_was_learnt_as_its_latest_date() -> None:
    refused = fact("residence_refused", "unknown", learnt="2026-11-10")
    # 28 days from 10 November.
    assert shown(only(periods("NL", refused), "NL.OBJECTION")) == ("undated", None, "2026-12-08")
    assert only(periods("NL", refused, at="2026-12-09"), "NL.OBJECTION").state == "passed"


# --- 4. a claim names the fact that it answers ------------------------------------------------------------------------


def test_a_claim_against_one_employer_leaves_the_limits_against_another() -> None:
    one, other = fact("work_ended", WORK_ENDED), fact("work_ended", "2026-09-20")
    named = fact("claim", "2026-11-20", about=one, remedy="GB.EMPLOYMENT_TRIBUNAL")
    found = periods("GB-EAW", one, other, named)
    assert [only(found, "GB.ET", each).state for each in (one, other)] == ["met", "running"]
    # A claim for unfair treatment is not a claim for breach of contract.
    assert [only(found, "GB.ET_CONTRACT", each).state for each in (one, other)] == ["running", "running"]
    unnamed = fact("claim", "2026-11-20", remedy="GB.EMPLOYMENT_TRIBUNAL")
    found = periods("GB-EAW", one, other, unnamed)
    for each in (one, other):
        assert (only(found, "GB.ET", each).state, only(found, "GB.ET", each).doubts) == ("doubtful", ("which_start",))
    # The claim preceded the second dismissal, so it can only refer to the first.
    early = fact("claim", "2026-09-10", remedy="GB.EMPLOYMENT_TRIBUNAL")
    found = periods("GB-EAW", one, other, early)
    assert [only(found, "GB.ET", each).state for each in (one, other)] == ["met", "running"]


def test_a_claim_for_judicial_review_is_about_one_of_several_refusals() -> None:
    one = decision("reasonable_grounds", "negative", "2026-11-10")
    other = fact("residence_refused", "2026-11-12")
    named = fact("claim", "2026-11-20", about=other, remedy="GB.JR")
    found = periods("GB-EAW", one, other, named)
    assert [only(found, "GB.JR", each).state for each in (one, other)] == ["running", "met"]
    unnamed = fact("claim", "2026-11-20", remedy="GB.JR")
    found = periods("GB-EAW", one, other, unnamed)
    assert {only(found, "GB.JR", each).state for each in (one, other)} == {"doubtful"}


def test_a_claim_for_injury_is_none_for_breach_of_contract() -> None:
    incident = fact("last_incident", "2025-01-10")
    injury = periods("GB-EAW", incident, fact("claim", "2026-11-20", remedy="GB.CIVIL"))
    assert [only(injury, code).state for code in ("GB.CIVIL_PI", "GB.CIVIL_CONTRACT")] == ["met", "running"]
    contract = periods("GB-EAW", incident, fact("claim", "2026-11-20", remedy="GB.CIVIL_CONTRACT"))
    assert [only(contract, code).state for code in ("GB.CIVIL_PI", "GB.CIVIL_CONTRACT")] == ["running", "met"]


def test_a_claim_that_names_something_else_answers_nothing() -> None:
    work, incident = fact("work_ended", WORK_ENDED), fact("first_incident", "2026-01-01")
    claim = fact("claim", "2026-11-20", about=incident, remedy="GB.EMPLOYMENT_TRIBUNAL")
    assert only(periods("GB-EAW", work, incident, claim), "GB.ET").state == "running"


def test_a_claim_whose_start_was_withdrawn_can_mean_the_one_that_is_left() -> None:
    one, gone = fact("work_ended", WORK_ENDED), fact("work_ended", "2026-09-20")
    claim = fact("claim", "2026-11-20", about=gone, remedy="GB.EMPLOYMENT_TRIBUNAL")
    assert only(periods("GB-EAW", one, claim), "GB.ET").state == "met"


def test_a_person_who_closes_the_only_period_of_its_kind_closes_it() -> None:
    facts = (fact("first_incident", "2021-03"), fact("period_closed", "2026-11-20", clock="GB.CICA"))
    assert only(periods("GB-EAW", *facts), "GB.CICA").state == "ended"
    # A later incident starts a new period.
    later = fact("last_incident", "2026-11-25")
    assert only(periods("GB-EAW", *facts, later), "GB.CICA").state == "running"


# --- several starts of one period -------------------------------------------------------------------------------------


def test_starts_that_may_lie_in_one_anothers_period_are_one_until_it_is_surely_over() -> None:
    # 90 days from 1 March: 30 May. The second start is some day of May: within the period, or the first of a new one.
    first, vague = (fact("step", day, stage="potential", foreigner="yes") for day in ("2026-03-01", "2026-05"))
    period = only(periods("RO", first, vague, at="2026-06-01"), "RO.RECOVERY_MAX")
    # It is certainly within the period until 30 May, and possibly the first day of a new one on the 31st.
    assert shown(period) == ("doubtful", "2026-05-30", "2026-08-29")
    # A start in June begins a new period.
    later = fact("step", "2026-06-02", stage="potential", foreigner="yes")
    assert len([each for each in periods("RO", first, later) if each.code == "RO.RECOVERY_MAX"]) == 2


def test_a_period_with_several_possible_starts_ends_only_if_each_start_is_ended() -> None:
    accepted = [fact("step", day, stage="reflection_accepted") for day in ("2026-10", "2026-10-20")]
    report = fact("step", "2026-10-25", stage="report_made")
    period = only(periods("NL", *accepted, report), "NL.REFLECTION_MAX")
    assert (period.state, "perhaps_earlier" in period.doubts) == ("doubtful", True)
    late = fact("step", "2026-11-02", stage="report_made")
    assert only(periods("NL", *accepted, late), "NL.REFLECTION_MAX").state == "ended"


def _listed_starts() -> list[tuple[str, str, tuple[Trigger, ...]]]:
    """Return the rules with several listed starts: law, code, starts."""
    return [
        (law, code, versions[-1].starts)
        for law in JURISDICTIONS
        for code, versions in profile(law).clocks.items()
        if versions[-1].repeat == "after_end" and len(versions[-1].starts) > 1
    ]


@st.composite
def _starts_of_one_day(draw: st.DrawFn) -> tuple[str, str, Fact, Fact]:
    """Draw a law, a rule, and two possible start facts with the same first day, in the order of the rule's list."""
    law, code, listed = draw(st.sampled_from(_listed_starts()))
    first, second = sorted(draw(st.lists(st.integers(0, len(listed) - 1), min_size=2, max_size=2, unique=True)))
    days = draw(st.sampled_from(_PAIRS_OF_ONE_DAY))
    learnt = st.sampled_from([None, "2026-03-31", "2026-04-02"])
    pair = [
        fact(listed[place].fact, day, draw(learnt), **{name: codes[0] for name, codes in listed[place].where.items()})
        for place, day in zip((first, second), days, strict=True)
    ]
    names = draw(st.permutations([each.id for each in pair]))
    return law, code, *(replace(each, id=name) for each, name in zip(pair, names, strict=True))


#: Not two instants: only the earlier one would start the period.
_PAIRS_OF_ONE_DAY = [
    *product(("2026-03-01", "2026-03"), repeat=2),
    *product(("2026-03-01", "2026-03"), ("2026-03-01T09:00:00+00:00",)),
    *product(("2026-03-01T09:00:00+00:00",), ("2026-03-01", "2026-03")),
]


@given(_starts_of_one_day())
@settings(max_examples=300, deadline=None)
def test_a_period_keeps_its_id_when_a_later_step_of_its_first_day_is_there(
    drawn: tuple[str, str, Fact, Fact],
) -> None:
    law, code, first, second = drawn
    alone = only(periods(law, first, at="2026-04-03"), code)
    both = only(periods(law, first, second, at="2026-04-03"), code)
    assert (both.id, both.began_on) == (alone.id, date(2026, 3, 1))


def test_a_start_that_the_law_names_gives_the_id_before_one_opened_by_hand() -> None:
    opened = fact("period_opened", "2026-03-01", clock="RO.RECOVERY_MAX")
    steps = [fact("step", day, stage="potential") for day in ("2026-03-01", "2026-03-01T09:00:00+00:00")]
    assert [only(periods("RO", opened, step, at="2026-03-02"), "RO.RECOVERY_MAX").start for step in steps] == [
        step.id for step in steps
    ]


# --- joined cases -----------------------------------------------------------------------------------------------------


def test_a_fact_that_names_nothing_is_read_in_its_own_case_first() -> None:
    joined_case = UUID("7c0f1f3e-4a54-4a0a-8a35-2f3d2f6a9d02")

    def there(said: Fact) -> Fact:
        return replace(said, case=joined_case)

    referred = fact("submission", "2026-11-10", stage="referred")
    own = (referred, decision("reasonable_grounds", "negative", "2026-11-12"))
    law = fact("law", "2000-01-01", jurisdiction="GB-EAW")
    other = there(fact("submission", "2026-11-09", stage="referred"))
    found = periods("GB-EAW", *own, there(law), other)
    assert [only(found, "GB.RG", start).state for start in (referred, other)] == ["met", "missed"]
    # Its own case has no referral, so the decision can refer to the one of the other case.
    found = periods("GB-EAW", own[1], there(law), other)
    assert only(found, "GB.RG", other).state == "met"
