from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.legal.advice import rules as advice
from services.legal.case_file import rules as case_file
from services.legal.deadline import rules as deadline
from services.legal.identification import rules as identification
from services.legal.limitation import rules as limitation
from services.legal.limitation.rules import Change
from services.legal.matter import rules as matter
from services.legal.note import rules as note
from services.legal.reconsideration import rules as reconsideration
from services.legal.service import PARTS
from shared.access.permissions import Need, Relation
from shared.access.tokens import STAFF, Principal
from shared.casework.refusals import FactRefused, NotArrivedYet, StepForbidden
from shared.reference import JURISDICTIONS, codes, profile
from shared.reference.periods import earliest

TOPICS = (advice, deadline, matter, note, reconsideration, case_file)
ACCESS = {action: roles for topic in TOPICS for action, roles in topic.ACCESS.items()}

partial_days = st.dates(date(2000, 1, 1), date(2030, 12, 31)).flatmap(
    lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]])
)


# --- who may -------------------------------------------------------------------------------------------------------


def test_only_the_adviser_on_the_team_works_and_counsellors_and_support_workers_see_nothing() -> None:
    for action, roles in ACCESS.items():
        assert not {"counsellor", "support_worker"} & set(roles)
        if action != "case.read":
            assert roles == {"legal_adviser": Need.TEAM}
    readers = ("legal_adviser", "caseworker", "supervisor")
    assert ACCESS["case.read"] == dict.fromkeys(readers, Need.READING)


@pytest.mark.parametrize("role", ["caseworker", "supervisor"])
def test_who_only_follows_how_things_stand_sees_no_details(role: str) -> None:
    assert PARTS.cases.visibility.withheld(who(role), Relation.TEAM) == ["privileged"]
    assert PARTS.cases.visibility.withheld(who(role, "legal_adviser"), Relation.TEAM) == []


@pytest.mark.parametrize("relation", [Relation.BREAK_GLASS, Relation.SUPERVISOR, Relation.NONE])
def test_what_is_privileged_is_for_the_team_alone_whatever_the_emergency(relation: Relation) -> None:
    assert "privileged" in PARTS.cases.visibility.withheld(who("legal_adviser", "caseworker", "supervisor"), relation)


def who(*roles: str) -> Principal:
    return Principal("0190a000-0000-7000-8000-000000000001", frozenset(roles), STAFF)


# --- limitations ---------------------------------------------------------------------------------------------------


def test_each_remedy_with_a_known_first_day_gets_its_clock() -> None:
    found = limitation.limitations(profile("GB-EAW"), earliest_incident="2024-03", work_ended="2025-01-31")
    assert found == {"GB.CICA": "2024-03", "GB.CIVIL_PI": "2024-03", "GB.ET": "2025-01-31"}


@pytest.mark.parametrize(
    ("jurisdiction", "clocks"), [("NL", {"NL.SCHADEFONDS": "2020"}), ("RO", {"RO.STATE_COMP": "2020"})]
)
def test_what_starts_on_a_discovery_a_judgment_or_a_referral_is_not_begun_by_a_detection(
    jurisdiction: str, clocks: dict[str, str]
) -> None:
    assert limitation.limitations(profile(jurisdiction), earliest_incident="2020", work_ended="2021") == clocks


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_an_unknown_day_begins_no_clock(jurisdiction: str) -> None:
    assert limitation.limitations(profile(jurisdiction), earliest_incident=None, work_ended=None) == {}


def test_the_end_of_work_is_never_taken_for_the_first_incident() -> None:
    assert limitation.limitations(profile("GB-EAW"), earliest_incident=None, work_ended="2025") == {"GB.ET": "2025"}


@given(st.lists(partial_days, min_size=1, max_size=8), st.randoms())
def test_in_whatever_order_detections_are_heard_one_clock_runs_from_the_earliest_possible_day(
    days: list[str], random: Random
) -> None:
    random.shuffle(days)
    standing: list[tuple[date, str]] = []
    for begins in days:
        change = limitation.limitation_change(begins, standing)
        if change is Change.REPLACE:
            standing = [(began, "stopped") for began, _ in standing]
        if change is not Change.KEEP:
            standing.append((earliest(begins), "running"))
        assert [state for _, state in standing].count("running") == 1
    assert [began for began, state in standing if state == "running"] == [min(map(earliest, days))]


@pytest.mark.parametrize("state", ["running", "paused"])
def test_an_earlier_incident_counts_also_while_the_time_of_a_limitation_stands_still(state: str) -> None:
    began = date(2024, 5, 1)
    assert limitation.limitation_change("2024-04", [(began, state)]) is Change.REPLACE
    assert limitation.limitation_change("2024-06", [(began, state)]) is Change.KEEP


@given(partial_days, st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.sampled_from(["passed", "missed", "stopped"]))
def test_a_limitation_that_passed_or_was_stopped_by_a_claim_is_not_begun_again(
    begins: str, began: date, state: str
) -> None:
    assert limitation.limitation_change(begins, [(began, state)]) is Change.KEEP


# --- steps on the official path ------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["reasonable_grounds", "conclusive_grounds"])
def test_a_negative_decision_opens_the_window_for_a_second_look(stage: str) -> None:
    assert identification.step_clocks(profile("GB-EAW"), stage, "negative", None).starts == ("GB.RECONSIDER",)
    assert reconsideration.reconsideration_clocks(profile("GB-EAW"), stage) == ("GB.RECONSIDER",)


@pytest.mark.parametrize("outcome", ["positive", "negative", "withdrawn"])
def test_a_decision_on_the_second_look_closes_the_window(outcome: str) -> None:
    changes = identification.step_clocks(profile("GB-EAW"), "reconsideration", outcome, "reasonable_grounds")
    assert changes.stops == ("GB.RECONSIDER",)
    assert changes.starts == ()


def test_every_step_of_every_profile_touches_only_clocks_that_legal_keeps() -> None:
    for jurisdiction in JURISDICTIONS:
        found = profile(jurisdiction)
        for stage in found.stages.values():
            for outcome in stage.outcomes or (None,):
                changes = identification.step_clocks(found, stage.code, outcome, None)
                keepers = {found.clocks[code][0].keeper for code in changes.starts + changes.stops}
                assert keepers <= {"legal"}


def test_a_step_without_an_outcome_begins_what_the_profile_gives_to_legal() -> None:
    assert identification.step_clocks(profile("RO"), "notified", None, None).starts == ("RO.VOUCHER",)


@pytest.mark.parametrize(
    ("outcome", "occurred_on", "elsewhere", "counted"),
    [
        ("negative", "2026-01-02", False, date(2026, 1, 9)),
        (None, "2026-01", True, "2026-01"),
        (None, None, False, date(2026, 1, 9)),
        (None, None, True, None),
    ],
)
def test_a_decision_counts_from_its_receipt_and_another_step_from_its_day_if_known(
    outcome: str | None, occurred_on: str | None, elsewhere: bool, counted: str | date | None
) -> None:
    found = identification.counted_from(
        outcome=outcome, occurred_on=occurred_on, received_on=date(2026, 1, 9), made_elsewhere=elsewhere
    )
    assert found == counted


def test_a_second_look_needs_a_negative_decision_of_that_stage() -> None:
    reconsideration.reconsider("presumed", [("presumed", "positive"), ("presumed", "negative")])
    for known in ([], [("presumed", "positive")], [("identified", "negative")], [("presumed", None)]):
        with pytest.raises(NotArrivedYet) as refused:
            reconsideration.reconsider("presumed", known)
        assert (refused.value.status, refused.value.rule) == (409, "reconsiders_a_negative_decision")


# --- late is noted -------------------------------------------------------------------------------------------------


def test_the_last_day_is_in_time_and_the_day_after_is_late() -> None:
    due = date(2026, 3, 1)
    assert not deadline.is_late(due, [due], counts="earliest")
    assert deadline.is_late(date(2026, 3, 2), [due], counts="earliest")


def test_nothing_is_called_late_by_a_day_that_is_not_known() -> None:
    assert not deadline.is_late(date(2026, 3, 2), [], counts="latest")
    assert not deadline.is_late(date(2026, 3, 2), [date(2020, 1, 1), None], counts="earliest")


def test_a_limitation_counts_from_its_earliest_day_and_a_window_from_the_latest_decision() -> None:
    due = [date(2026, 1, 1), date(2026, 6, 1)]
    assert deadline.is_late(date(2026, 3, 1), due, counts="earliest")
    assert not deadline.is_late(date(2026, 3, 1), due, counts="latest")


# --- matters -------------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(sorted(matter.STEPS)), max_size=8))
def test_whatever_is_tried_a_matter_goes_through_application_decision_and_payment_in_this_order(
    tried: list[str],
) -> None:
    status, taken = "opened", []
    for step in tried:
        if matter.STEPS[step][0] != status:
            with pytest.raises(StepForbidden) as refused:
                matter.advance(step, status)
            assert (refused.value.status, refused.value.rule) == (409, f"{step}_follows_{matter.STEPS[step][0]}")
            continue
        status = matter.advance(step, status)
        taken.append(step)
    assert taken == ["application", "decision", "payment"][: len(taken)]


def test_nothing_is_paid_in_a_matter_in_which_nothing_was_granted() -> None:
    for outcome in ("granted", "partly_granted"):
        matter.payable(outcome)
    for outcome in ("refused", None):
        with pytest.raises(StepForbidden) as refused:
            matter.payable(outcome)
        assert refused.value.status == 409


def test_every_outcome_of_the_list_is_either_an_award_or_a_refusal() -> None:
    assert set(codes("compensation_outcome")) == matter.AWARDED | {"refused"}


def test_an_amount_needs_an_award_and_a_currency() -> None:
    matter.award("granted", None, None)
    matter.award("granted", "under_1000", "GBP")
    matter.award("refused", None, None)
    for outcome, band, currency, field in (
        ("refused", "under_1000", "GBP", "amount_band"),
        ("granted", "under_1000", None, "currency"),
    ):
        with pytest.raises(FactRefused) as refused:
            matter.award(outcome, band, currency)
        assert refused.value.errors[0]["field"] == field


def test_a_remedy_is_one_of_the_jurisdiction() -> None:
    assert matter.remedy_of("NL", "NL.SCHADEFONDS").clock == "NL.SCHADEFONDS"
    with pytest.raises(FactRefused) as refused:
        matter.remedy_of("NL", "GB.CICA")
    assert (refused.value.status, refused.value.rule) == (422, "remedy_of_the_jurisdiction")


def test_a_case_whose_opening_has_not_arrived_is_worth_another_try() -> None:
    with pytest.raises(NotArrivedYet) as refused:
        matter.remedy_of(None, "GB.CICA")
    assert (refused.value.status, refused.value.retryable) == (409, True)
