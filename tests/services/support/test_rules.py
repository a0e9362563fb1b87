from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.support.alert import rules as alert
from services.support.assessment import rules as assessment
from services.support.assessment.rules import Scores
from services.support.case_file import rules as case_file
from services.support.counselling import rules as counselling
from services.support.delivery import rules as delivery
from services.support.note import rules as note
from services.support.plan import rules as plan
from services.support.recovery import rules as recovery
from services.support.service import PARTS
from shared.access.permissions import Need, Relation, permits
from shared.access.tokens import Principal
from shared.casework.refusals import FactRefused
from shared.reference import codes

DAY = date(2026, 3, 9)
TOPICS = (alert, assessment, case_file, counselling, delivery, note, plan)
ACCESS = {action: roles for topic in TOPICS for action, roles in topic.ACCESS.items()}
DOMAINS = sorted(codes("need_domain"))
LEVELS = ["none", "low", "medium", "high", "urgent"]
scores = st.builds(Scores, st.integers(0, 4), st.integers(0, 4), st.none() | st.integers(1, 5))
assessments = st.dictionaries(st.sampled_from(DOMAINS), scores, min_size=1)


# --- risk -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("risk", "level", "days"), [(0, "none", 90), (1, "low", 90), (2, "medium", 30), (3, "high", 7), (4, "high", 7)]
)
def test_the_risk_of_an_ordinary_domain_sets_the_level_and_the_day_of_the_next_assessment(
    risk: int, level: str, days: int
) -> None:
    found = assessment.assess({"accommodation": Scores(0, risk)}, DAY)
    assert (found.overall_risk, found.reassess_on) == (level, DAY + timedelta(days=days))


@pytest.mark.parametrize("domain", sorted(assessment.SAFETY_DOMAINS))
def test_the_highest_risk_in_a_safety_domain_is_urgent_and_assessed_again_the_next_day(domain: str) -> None:
    found = assessment.assess({domain: Scores(0, 4), "accommodation": Scores(0, 0)}, DAY)
    assert (found.overall_risk, found.reassess_on) == ("urgent", DAY + timedelta(days=1))


def test_a_high_need_is_named_but_is_no_risk() -> None:
    found = assessment.assess({"legal_immigration": Scores(4, 0)}, DAY)
    assert (found.overall_risk, found.high_domains) == ("none", ("legal_immigration",))


def test_the_persons_own_priority_changes_no_finding() -> None:
    assert assessment.assess({"accommodation": Scores(2, 2, 5)}, DAY) == assessment.assess(
        {"accommodation": Scores(2, 2)}, DAY
    )


@given(assessments, st.sampled_from(DOMAINS), scores)
def test_another_domain_never_lowers_the_overall_risk(domains: dict[str, Scores], name: str, added: Scores) -> None:
    before = assessment.assess({key: value for key, value in domains.items() if key != name}, DAY)
    after = assessment.assess({**domains, name: added}, DAY)
    assert LEVELS.index(after.overall_risk) >= LEVELS.index(before.overall_risk)
    assert after.reassess_on <= before.reassess_on


@given(assessments)
def test_the_overall_risk_is_that_of_one_single_domain(domains: dict[str, Scores]) -> None:
    alone = {assessment.assess({name: value}, DAY).overall_risk for name, value in domains.items()}
    assert assessment.assess(domains, DAY).overall_risk == max(alone, key=LEVELS.index)


@given(assessments)
def test_exactly_the_domains_with_a_score_of_three_or_four_are_named(domains: dict[str, Scores]) -> None:
    named = assessment.assess(domains, DAY).high_domains
    assert set(named) == {name for name, each in domains.items() if each.need in (3, 4) or each.risk in (3, 4)}
    assert list(named) == sorted(set(named))


def test_every_safety_domain_and_every_level_is_on_its_published_list() -> None:
    assert set(codes("need_domain")) >= assessment.SAFETY_DOMAINS
    assert set(LEVELS) == set(codes("risk_level"))


# --- days -------------------------------------------------------------------------------------------------------------


def test_a_plan_can_be_reviewed_on_its_own_day_or_later_or_on_no_day_but_not_before() -> None:
    plan.check_review(DAY, None)
    plan.check_review(DAY, DAY)
    with pytest.raises(FactRefused) as refused:
        plan.check_review(DAY, DAY - timedelta(days=1))
    assert refused.value.errors[0]["field"] == "review_on"


# --- counselling ------------------------------------------------------------------------------------------------------


def test_a_course_ends_on_the_day_it_started_or_later() -> None:
    counselling.check_ending(DAY, None, DAY)
    with pytest.raises(FactRefused) as refused:
        counselling.check_ending(DAY, None, DAY - timedelta(days=1))
    assert refused.value.errors[0]["field"] == "ended_on"


@given(st.dates(), st.dates(), st.dates())
def test_a_course_ends_once_whatever_the_days(started: date, ended: date, again: date) -> None:
    with pytest.raises(counselling.CourseHasEnded) as refused:
        counselling.check_ending(started, ended, again)
    assert (refused.value.status, refused.value.rule) == (409, "counselling.ends_once")


# --- who may ----------------------------------------------------------------------------------------------------------


def _with(*roles: str) -> Principal:
    return Principal("0190a000-0000-7000-8000-000000000001", frozenset(roles), "casepath:staff")


@pytest.mark.parametrize("action", ["counselling.start", "counselling.end"])
def test_only_a_counsellor_counsels(action: str) -> None:
    may = {role for role in codes("staff_role") if permits(ACCESS, action, _with(role), Relation.TEAM)}
    assert may == {"counsellor"}


#: An alert that nobody acknowledges goes up to people without a part in the case (see test_alerts).
GOES_UP = {"alert.read", "alert.acknowledge"}


@pytest.mark.parametrize("action", sorted(ACCESS.keys() - GOES_UP))
def test_nobody_outside_the_team_may_do_or_read_anything(action: str) -> None:
    everyone = _with(*codes("staff_role"), "service")
    assert not permits(ACCESS, action, everyone, Relation.NONE)
    needed = {"case.read": {Need.READING}, "alert.raise": {Need.TEAM, Need.SUPERVISION}}
    assert set(ACCESS[action].values()) == needed.get(action, {Need.TEAM})


def test_only_those_whom_an_alert_goes_up_to_acknowledge_one_without_a_part_in_the_case() -> None:
    roles = codes("staff_role")
    assert {each for each in roles if permits(ACCESS, "alert.acknowledge", _with(each), Relation.NONE)} == {
        "supervisor",
        "data_protection_officer",
    }


def test_every_role_of_the_table_is_a_published_one() -> None:
    assert {role for needs in ACCESS.values() for role in needs} <= set(codes("staff_role"))


@pytest.mark.parametrize(
    ("roles", "relation", "withheld"),
    [
        (["legal_adviser"], Relation.TEAM, ["account", "health", "privileged"]),
        (["legal_adviser", "caseworker"], Relation.TEAM, ["privileged"]),
        (["supervisor"], Relation.SUPERVISOR, ["privileged"]),
        (["support_worker"], Relation.TEAM, []),
        (["counsellor", "legal_adviser"], Relation.TEAM, []),
        (["counsellor"], Relation.BREAK_GLASS, ["privileged"]),
        (["counsellor"], Relation.EXCLUDED, ["account", "health", "privileged", "standing"]),
        ([], Relation.TEAM, ["account", "health", "privileged", "standing"]),
    ],
)
def test_scores_are_for_those_on_the_team_who_assess_and_counsel_and_an_adviser_sees_the_status_alone(
    roles: list[str], relation: Relation, withheld: list[str]
) -> None:
    assert PARTS.cases.visibility.withheld(_with(*roles), relation) == withheld


# --- what others tell -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind", "kept"),
    [
        ("GB.RECOVERY_MIN", "minimum", True),
        ("EU.COE_RECOVERY_MIN", "minimum", True),
        ("RO.RECOVERY_MAX", "maximum", False),
        ("GB.MOVEON_MIN", "minimum", False),
    ],
)
def test_only_a_minimum_of_recovery_is_a_recovery_period(code: str, kind: str, *, kept: bool) -> None:
    assert code in codes("clock_code")
    assert recovery.is_recovery_minimum(code, kind) is kept
