from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.legal.cases.advice import rules as advice
from services.legal.cases.deadline import rules as deadline
from services.legal.cases.reconsideration import rules as reconsideration
from services.legal.compensation.fact import rules as fact
from services.legal.compensation.matter import rules as matter
from services.legal.matters.note import rules as note
from services.legal.overview.case_file import rules as case_file
from services.legal.service import PARTS
from shared.access.permissions import Need, Relation
from shared.access.tokens import STAFF, Principal
from shared.casework.refusals import FactRefused, NotArrivedYet, StepForbidden
from shared.reference import codes

TOPICS = (advice, deadline, fact, matter, note, reconsideration, case_file)
#: Brief advice and the explanation of rights have separate roles.
APART = ("brief_advice.record", "brief_advice.read", "right.explain", "right.read")
ACCESS = {action: roles for topic in TOPICS for action, roles in topic.ACCESS.items() if action not in APART}

# --- access by role ------------------------------------------------------------------------------------------------


def test_only_advisers_of_the_team_act_and_support_and_counselling_see_nothing() -> None:
    for action, roles in ACCESS.items():
        assert not {"counsellor", "support_worker"} & set(roles)
        if action == "advice.request":
            assert roles == {"legal_adviser": Need.TEAM, "caseworker": Need.TEAM}, "who asks need not advise"
        elif action not in ("case.read", "fact.read"):
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


# --- the negative decision to reconsider -----------------------------------------------------------------------------


def test_a_request_about_one_of_several_negative_decisions_must_name_it() -> None:
    one, other = UUID(int=1), UUID(int=2)
    negative, positive = (one, "presumed", "negative"), (other, "presumed", "positive")
    several = [negative, (other, "presumed", "negative")]
    reconsideration.check_decision_named(other, "presumed", several)
    reconsideration.check_decision_named(None, "presumed", [negative, positive])
    reconsideration.check_decision_named(None, "identified", several)
    with pytest.raises(FactRefused) as refused:
        reconsideration.check_decision_named(None, "presumed", several)
    assert refused.value.rule == "says_which_decision"


# --- the effect of a claim on its limitation period ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "ends", "said"),
    [
        (None, [], "none"),
        ("GB.CICA", [], "not_met"),
        ("GB.CICA", ["yes"], "in_time"),
        ("GB.CICA", ["yes", "unknown"], "perhaps_late"),
        ("GB.CICA", ["unknown", "no"], "late"),
    ],
)
def test_of_several_limitations_the_worst_is_said(clock: str | None, ends: list[str], said: str) -> None:
    assert matter.limitation_after(clock, ends) == said


# --- matters -------------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(sorted(matter.STEPS)), max_size=8))
def test_a_matter_always_goes_through_application_decision_and_payment_in_order(
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
