from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.support.cases.note import rules as note
from services.support.counselling.counselling import rules as counselling
from services.support.help.delivery import rules as delivery
from services.support.help.entitlement import rules as recovery
from services.support.help.plan import rules as plan
from services.support.overview.case_file import rules as case_file
from services.support.risks.alert import rules as alert
from services.support.risks.assessment import rules as assessment
from services.support.risks.assessment.rules import Scores
from services.support.service import PARTS
from shared.access.permissions import Need, Relation, permits
from shared.access.tokens import Principal
from shared.casework.refusals import FactRefused
from shared.reference import codes

DAY = date(2026, 3, 9)
TOPICS = (alert, assessment, case_file, counselling, delivery, note, plan)
ACCESS = {action: roles for topic in TOPICS for action, roles in topic.ACCESS.items()}
DOMAINS = sorted(codes("need_domain"))
LEVELS = ["none", "low", "unknown", "medium", "high", "urgent"]
#: No sign of danger: the questions were asked, and little was found.
SAFE = {name: Scores(0, 0) for name in assessment.SAFETY_DOMAINS}
score = st.integers(0, 4) | st.just("unknown")
scores = st.builds(Scores, score, score, st.none() | st.integers(1, 5))
assessments = st.dictionaries(st.sampled_from(DOMAINS), scores, min_size=1)


def assess(domains: dict[str, Scores]) -> assessment.Finding:
    return assessment.assess(domains, DAY, DOMAINS)


# --- risk -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("risk", "level", "days"), [(0, "none", 90), (1, "low", 90), (2, "medium", 30), (3, "high", 7), (4, "high", 7)]
)
def test_the_risk_of_an_ordinary_domain_sets_the_level_and_the_next_assessment(
    risk: int, level: str, days: int
) -> None:
    found = assess({**SAFE, "accommodation": Scores(0, risk)})
    assert (found.overall_risk, found.reassess_on) == (level, DAY + timedelta(days=days))


@pytest.mark.parametrize("domain", sorted(assessment.SAFETY_DOMAINS))
def test_the_highest_risk_in_a_safety_domain_is_urgent_and_reassessed_the_next_day(domain: str) -> None:
    found = assess({domain: Scores(0, 4), "accommodation": Scores(0, 0)})
    assert (found.overall_risk, found.reassess_on) == ("urgent", DAY + timedelta(days=1))


@pytest.mark.parametrize("domain", sorted(assessment.SAFETY_DOMAINS))
@pytest.mark.parametrize("said", [None, "unknown"])
def test_an_unknown_risk_in_a_safety_domain_prevents_a_low_overall_risk(domain: str, said: str | None) -> None:
    others = {name: each for name, each in SAFE.items() if name != domain}
    found = assess(others | ({} if said is None else {domain: Scores(0, said)}) | {"accommodation": Scores(0, 1)})
    assert (found.overall_risk, found.reassess_on) == ("unknown", DAY + timedelta(days=7))
    assert (domain in (found.unasked_domains or ())) is (said is None)


def test_what_was_found_to_be_dangerous_is_not_made_unknown_by_what_was_not_asked() -> None:
    assert assess({"accommodation": Scores(0, 2)}).overall_risk == "medium"
    assert assess({"accommodation": Scores(0, 3)}).overall_risk == "high"


def test_an_assessment_of_which_nothing_is_known_is_unknown() -> None:
    assert assess({"accommodation": Scores("unknown", "unknown")}).overall_risk == "unknown"
    assert assess({name: Scores(0, "unknown") for name in DOMAINS}).overall_risk == "unknown"


@given(assessments)
def test_each_domain_is_either_assessed_or_named_as_not_asked(domains: dict[str, Scores]) -> None:
    assert sorted([*domains, *(assess(domains).unasked_domains or ())]) == DOMAINS


def test_a_high_need_is_named_but_is_no_risk() -> None:
    found = assess({**SAFE, "legal_immigration": Scores(4, 0)})
    assert (found.overall_risk, found.high_domains) == ("none", ("legal_immigration",))


def test_the_persons_own_priority_changes_no_finding() -> None:
    assert assess({"accommodation": Scores(2, 2, 5)}) == assess({"accommodation": Scores(2, 2)})


@pytest.mark.parametrize(("person", "worker", "level"), [(3, 1, "high"), (1, 3, "high"), ("unknown", 2, "medium")])
def test_the_higher_of_both_views_applies_so_the_person_s_own_is_never_lowered(
    person: int | str, worker: int, level: str
) -> None:
    seen = Scores(0, person, worker_risk=worker)
    assert assess({**SAFE, "accommodation": seen}).overall_risk == level


def test_what_the_person_keeps_to_themselves_is_neither_none_nor_named() -> None:
    kept_back = {"self_harm_suicide": Scores(assessment.DECLINED, assessment.DECLINED)}
    finding = assess({**SAFE, **kept_back})
    assert (finding.overall_risk, "self_harm_suicide" in (finding.unasked_domains or ())) == ("unknown", False)
    assert assessment.answered({**SAFE, **kept_back}) == assessment.SAFETY_DOMAINS - {"self_harm_suicide"}
    assert assessment.open_safety_domains({**SAFE, **kept_back}) == ["self_harm_suicide"]


@given(assessments, assessments)
def test_a_change_is_said_of_each_domain_and_turned_round_it_is_the_opposite(
    before: dict[str, Scores], after: dict[str, Scores]
) -> None:
    opposite = {"better": "worse", "worse": "better", "same": "same"}
    changes, back = assessment.changes(before, after), assessment.changes(after, before)
    assert changes.keys() == after.keys()
    for name, change in changes.items():
        if change in opposite:
            assert back[name] == opposite[change]
        else:
            assert change == ("not_compared" if after[name].highest_risk is None else "new")
    assert set(assessment.changes(None, after).values()) <= {"new", "not_compared"}


@given(assessments, st.sampled_from(DOMAINS), scores)
def test_another_domain_never_lowers_a_risk_that_was_found(
    domains: dict[str, Scores], name: str, added: Scores
) -> None:
    before = assess({key: value for key, value in domains.items() if key != name})
    after = assess({**domains, name: added})
    assert LEVELS.index(after.overall_risk) >= LEVELS.index(before.overall_risk) or before.overall_risk == "unknown"


@given(st.dictionaries(st.sampled_from(DOMAINS), st.builds(Scores, score, st.integers(0, 4)), min_size=1))
def test_once_all_safety_domains_were_asked_the_overall_risk_is_that_of_one_domain(
    domains: dict[str, Scores],
) -> None:
    alone = {assess({**SAFE, name: value}).overall_risk for name, value in domains.items()}
    assert assess({**SAFE, **domains}).overall_risk == max(alone, key=LEVELS.index)


@given(assessments)
def test_exactly_the_domains_with_a_score_of_three_or_four_are_named(domains: dict[str, Scores]) -> None:
    named = assess(domains).high_domains
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


# --- needs and the services that meet them ----------------------------------------------------------------------------


def _id(number: int) -> UUID:
    return UUID(int=number)


needs = st.builds(delivery.Need, st.integers(1, 9).map(_id), st.sampled_from(["medical", "documents"]), st.just(DAY))
services = st.builds(
    delivery.Given,
    st.integers(11, 19).map(_id),
    st.sampled_from(["medical", "documents"]),
    st.integers(-2, 3).map(lambda days: DAY + timedelta(days=days)),
)


@given(st.lists(services, unique_by=lambda each: each.id), st.randoms())
def test_the_first_service_of_a_kind_meets_the_need_in_any_order_of_recording(
    given_services: list[delivery.Given], chance: Random
) -> None:
    need = delivery.Need(_id(1), "medical", DAY)
    fitting = [each for each in given_services if each.service_type == "medical" and each.day >= DAY]
    met = delivery.met_by(need, given_services)
    assert (met and met.day) == min((each.day for each in fitting), default=None)
    assert met == delivery.met_by(need, chance.sample(given_services, len(given_services)))


@given(st.lists(needs, unique_by=lambda each: each.id), st.lists(services, unique_by=lambda each: each.id))
def test_what_was_told_is_told_once(told: list[delivery.Need], given_services: list[delivery.Given]) -> None:
    changes = delivery.differences(told, given_services)
    now = [
        replace(need, met_by=service.id, met_on=service.day) if service else need
        for need in told
        for service in [delivery.met_by(need, given_services)]
    ]
    assert len(changes) == sum(need.met_on is not None for need in now)
    assert delivery.differences(now, given_services) == {}
    assert set(delivery.differences(now, [])) == set(changes)


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


# --- access by role ---------------------------------------------------------------------------------------------------


def _with(*roles: str) -> Principal:
    return Principal("0190a000-0000-7000-8000-000000000001", frozenset(roles), "casepath:staff")


@pytest.mark.parametrize("action", ["counselling.start", "counselling.end", "counselling.correct"])
def test_only_a_counsellor_counsels(action: str) -> None:
    may = {role for role in codes("staff_role") if permits(ACCESS, action, _with(role), Relation.TEAM)}
    assert may == {"counsellor"}


#: An unacknowledged alert escalates to people without a part in the case (see test_alerts).
GOES_UP = {"alert.read", "alert.acknowledge"}
#: The waiting list belongs to no case. It shows only the cases of the reader's teams.
LIST = {"counselling.waiting"}


@pytest.mark.parametrize("action", sorted(ACCESS.keys() - GOES_UP - LIST))
def test_nobody_outside_the_team_may_do_or_read_anything(action: str) -> None:
    everyone = _with(*codes("staff_role"), "service")
    assert not permits(ACCESS, action, everyone, Relation.NONE)
    of_alerts = {
        each: {Need.TEAM, Need.SUPERVISION} for each in ("alert.raise", "alert.end", "alert.correct", "alert.call")
    }
    needed = {"case.read": {Need.READING}, **of_alerts}
    assert set(ACCESS[action].values()) == needed.get(action, {Need.TEAM})


def test_outside_the_case_only_those_an_alert_escalates_to_can_acknowledge_it() -> None:
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
def test_only_assessors_and_counsellors_see_scores_and_advisers_see_the_status(
    roles: list[str], relation: Relation, withheld: list[str]
) -> None:
    assert PARTS.cases.visibility.withheld(_with(*roles), relation) == withheld


# --- events of other services -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind", "kept"),
    [
        ("GB.RECOVERY_MIN", "minimum", True),
        ("COE.RECOVERY_MIN", "minimum", True),
        ("RO.RECOVERY_MAX", "maximum", False),
        ("GB.MOVEON_MIN", "minimum", False),
    ],
)
def test_only_a_minimum_of_recovery_is_a_recovery_period(code: str, kind: str, *, kept: bool) -> None:
    assert code in codes("clock_code")
    assert recovery.is_recovery_minimum(code, kind) is kept


CLOCK, CASE = _id(21), _id(22)
WHOLE = {"clock": CLOCK, "code": "GB.RECOVERY_MIN", "kind": "minimum"}


def test_a_period_follows_what_its_clocks_events_say() -> None:
    begun = recovery.begun(CASE, WHOLE)
    assert begun is not None
    moved = recovery.moved(begun, "moved", {**WHOLE, "due_on": DAY, "other_due_on": None, "state": "doubtful"})
    assert (moved.due_on, moved.other_due_on, moved.state) == (DAY, None, "doubtful")
    assert recovery.moved(moved, "reopened", {"clock": CLOCK, "state": "running"}).due_on == DAY


@pytest.mark.parametrize(("verb", "state"), sorted(recovery.STATES.items()))
def test_an_event_of_the_first_release_says_its_state_by_its_name(verb: str, state: str) -> None:
    begun = recovery.begun(CASE, WHOLE)
    assert begun is not None
    assert recovery.moved(begun, verb, {"clock": CLOCK}).state == state
    assert state in codes("clock_state")


def test_a_clock_that_is_no_recovery_period_or_does_not_say_what_it_is_begins_none() -> None:
    assert recovery.begun(CASE, {**WHOLE, "kind": "maximum"}) is None
    assert recovery.begun(CASE, {"clock": CLOCK}) is None


@pytest.mark.parametrize(
    ("state", "told", "anew"),
    [
        ("running", None, None), ("reached", None, True), ("reached", True, None), ("running", True, False),
        ("withdrawn", True, False), ("running", False, None), ("reached", False, True),
    ],
)  # fmt: skip
def test_a_minimum_is_told_once_and_taken_back_once(state: str, *, told: bool | None, anew: bool | None) -> None:
    assert recovery.to_announce(state, before=told) is anew
