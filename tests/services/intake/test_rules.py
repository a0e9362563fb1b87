"""The rules of a case at intake as pure functions: no store, and the time is a parameter."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.agencies.consent.rules import check_consent, check_known, check_not_withdrawn, check_takes_part
from services.intake.cases.lifecycle.rules import close
from services.intake.facts.detection.rules import Explained, check_detection, explain, strength
from services.intake.path.identification.rules import (
    NewStep,
    identification_status,
    identification_step,
    looked_at_again,
    step_times,
    takes_part,
)
from shared.casework.refusals import FactRefused, StepForbidden
from shared.deadlines.facts import Fact
from shared.reference import Profile, Stage, profile
from shared.reference.indicators import JUDGEMENT

TODAY, NOW, CASE = date(2026, 3, 2), datetime(2026, 3, 2, 12, tzinfo=UTC), UUID(int=1)
GB, NL, RO = (profile(code) for code in ("GB-EAW", "NL", "RO"))
GOOD_CONSENT: dict[str, Any] = {
    "purposes": ["referral_for_support"],
    "granted_on": TODAY,
    "expires_on": date(2027, 3, 2),
    "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
}


def step(stage: str, **different: Any) -> NewStep:
    return NewStep(**{"stage": stage, "received_on": TODAY, **different})


def record(law: Profile, given: NewStep, *, consented: bool = True, age: str = "adult") -> Stage:
    agencies = law.authorities if consented else ()
    return identification_step(law, given, age=age, agencies=agencies, today=TODAY)


def times(**stated: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("occurred_on", "received_on", "happened", "learnt"))
    return step_times(**{**nothing, "made_elsewhere": False, **stated}, now=NOW, today=TODAY, jurisdiction="GB-EAW")


def fact(kind: str, happened: str, **codes: str) -> Fact:
    return Fact(id=uuid4(), case=CASE, kind=kind, happened=happened, learnt="2026-03-02", codes=codes)


def test_a_referral_of_an_adult_needs_consent_and_of_a_child_the_profile_s_basis() -> None:
    with pytest.raises(StepForbidden) as refused:
        record(GB, step("referred"), consented=False)
    assert refused.value.rule == "consent_before_this_step"
    assert record(GB, step("referred"), consented=False, age="child").code == "referred"


def test_a_disputed_age_is_treated_as_a_child_s_and_an_unknown_one_as_an_adult_s() -> None:
    assert record(GB, step("referred"), consented=False, age="disputed").code == "referred"
    with pytest.raises(StepForbidden):
        record(GB, step("referred"), consented=False, age="unknown")


def test_what_was_made_elsewhere_is_recorded_without_our_consent() -> None:
    assert record(GB, step("referred", made_elsewhere=True), consented=False).kind == "submission"


@pytest.mark.parametrize("law", [GB, NL, RO], ids=lambda law: law.code)
def test_steps_are_taken_in_whatever_order_they_are_heard_of(law: Profile) -> None:
    for stage in reversed(law.stages.values()):
        outcome = stage.outcomes[0] if stage.outcomes else None
        assert record(law, step(stage.code, outcome=outcome, occurred_on="2021-12-03")) is stage


def test_the_netherlands_have_no_decision_and_nothing_asks_for_one() -> None:
    assert {each.kind for each in NL.stages.values()} == {"step"}
    with pytest.raises(FactRefused) as refused:
        record(NL, step("signal", outcome="positive"))
    assert refused.value.rule == "steps_have_no_outcome"


@pytest.mark.parametrize(
    ("law", "given", "rule"),
    [
        (NL, step("reasonable_grounds", outcome="positive"), "stage_of_the_jurisdiction"),
        (GB, step("reasonable_grounds", outcome="maybe"), "outcome_of_the_stage"),
        (GB, step("referred", authority="RO.ANITP"), "authority_of_the_stage"),
        (GB, step("referred", occurred_on="2026-03-03"), "not_in_the_future"),
        (GB, step("referred", received_on=date(2026, 3, 3)), "not_in_the_future"),
    ],
)
def test_a_fact_that_can_not_be_is_refused_by_rule_and_field(law: Profile, given: dict[str, object], rule: str) -> None:
    with pytest.raises(FactRefused) as refused:
        record(law, given)
    assert refused.value.rule == rule
    assert refused.value.status == 422


def test_of_two_decisions_of_one_day_the_one_learnt_last_applies() -> None:
    ids = sorted((uuid4(), uuid4()))
    for first, second in (ids, reversed(ids)):
        refused = fact("decision", "2026-03-02", stage="reasonable_grounds", outcome="negative")
        granted = fact("decision", "2026-03-02", stage="reasonable_grounds", outcome="positive")
        told = [replace(granted, id=first, learnt="2026-03-04"), replace(refused, id=second, learnt="2026-03-05")]
        assert identification_status(GB, told) == "rg_negative"
        learnt_together = [replace(each, learnt="2026-03-05") for each in told]
        assert identification_status(GB, learnt_together) == "rg_positive"


@pytest.mark.parametrize("day", ["2026", "2026-03", "2026-03-02", "2015"])
def test_partial_dates_are_welcome(day: str) -> None:
    assert record(GB, step("referred", occurred_on=day)).code == "referred"


def test_a_reconsideration_checks_its_own_decision_or_the_last_negative_one_before() -> None:
    first = fact("decision", "2026-01-05", stage="reasonable_grounds", outcome="negative")
    second = fact("decision", "2026-02-05", stage="conclusive_grounds", outcome="negative")
    again = fact("decision", "2026-02-20", stage="reconsideration", outcome="positive")
    assert looked_at_again(GB, [again, second, first]) == {again.id: "conclusive_grounds"}
    assert looked_at_again(GB, [replace(again, about=first.id), second, first]) == {again.id: "reasonable_grounds"}
    assert looked_at_again(GB, [replace(again, happened="2026-02-01"), first, second]) == {
        again.id: "reasonable_grounds"
    }
    assert looked_at_again(GB, [again]) == {}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"expires_on": TODAY}, "consent_has_an_end_ahead"),
        ({"granted_on": date(2026, 3, 3)}, "not_in_the_future"),
        ({"checklist": ["told_purpose"]}, "consent_is_informed"),
        ({"purposes": ["research_statistics"]}, "consent_is_informed"),
    ],
)
def test_a_consent_that_would_not_count_is_refused(change: dict[str, Any], rule: str) -> None:
    check_consent(**GOOD_CONSENT, today=TODAY)
    with pytest.raises(FactRefused) as refused:
        check_consent(**{**GOOD_CONSENT, **change}, today=TODAY)
    assert refused.value.rule == rule


def test_consent_to_one_agency_is_none_to_another() -> None:
    given = step("referred", authority="GB.SCA")
    with pytest.raises(StepForbidden) as refused:
        identification_step(GB, given, age="adult", agencies=["GB.IECA"], today=TODAY)
    assert refused.value.rule == "consent_before_this_step"
    assert identification_step(GB, given, age="adult", agencies=["GB.SCA"], today=TODAY).code == "referred"


@pytest.mark.parametrize(
    ("state", "rule"),
    [(None, "agency_of_the_register"), ("suspended", "agency_takes_part"), ("ended", "agency_takes_part")],
)
def test_an_agency_that_is_unknown_suspended_or_ended_is_refused(state: str | None, rule: str) -> None:
    check_takes_part("active")
    with pytest.raises(FactRefused) as refused:
        check_takes_part(state)
    assert refused.value.rule == rule


def test_what_an_agency_said_is_recorded_though_it_takes_no_part_any_more() -> None:
    check_known("ended")
    with pytest.raises(FactRefused):
        check_known(None)


def test_a_consent_counts_for_a_first_responder_if_the_law_gives_its_agency_a_part() -> None:
    assert takes_part(GB, {"GB.SCA"})
    assert takes_part(GB, {"salvation_army"})
    assert not takes_part(GB, {"RO.DIICOT"})
    assert not takes_part(GB, set())


def test_our_own_step_without_a_day_is_of_today_and_another_s_of_an_unknown_day() -> None:
    assert times() == {"happened": "2026-03-02", "learnt": "2026-03-02", "occurred_on": None, "received_on": TODAY}
    assert times(made_elsewhere=True)["happened"] == "unknown"
    assert times(occurred_on="2026-01", made_elsewhere=True)["happened"] == "2026-01"


def test_a_step_is_known_to_the_instant_and_has_its_plain_day_beside() -> None:
    summer = times(happened="2025-07-01T23:30:00Z", learnt="2025-07-03T09:00:00Z")
    assert (summer["occurred_on"], summer["received_on"]) == ("2025-07-02", date(2025, 7, 3))
    assert times(happened="unknown", learnt="2026-02-01")["occurred_on"] is None


@pytest.mark.parametrize(
    ("stated", "rule"),
    [
        ({"occurred_on": "2026-02-20", "received_on": date(2026, 2, 19)}, "received_after_it_occurred"),
        ({"happened": "2026-02-20T10:00:00Z", "learnt": "2026-02-20T09:00:00Z"}, "received_after_it_occurred"),
        ({"happened": "2026-03-02T12:00:01Z"}, "not_in_the_future"),
        ({"happened": "2026-04"}, "not_in_the_future"),
        ({"learnt": "2026-03-03"}, "not_in_the_future"),
        ({"happened": "2026-02-20T10:00:00Z", "occurred_on": "2026-02-21"}, "one_time_of_a_fact"),
        ({"learnt": "2026-02-20", "received_on": date(2026, 2, 21)}, "one_time_of_a_fact"),
    ],
)
def test_times_that_can_not_be_are_refused(stated: dict[str, Any], rule: str) -> None:
    with pytest.raises(FactRefused) as refused:
        times(**stated)
    assert refused.value.rule == rule


def test_a_consent_is_withdrawn_once() -> None:
    check_not_withdrawn(withdrawn=False)
    with pytest.raises(StepForbidden):
        check_not_withdrawn(withdrawn=True)


@pytest.mark.parametrize("field", ["work_ended_on", "last_incident_on", "exploitation_ended_on"])
def test_nothing_ends_before_the_first_incident_but_it_may_end_in_the_same_month(field: str) -> None:
    with pytest.raises(FactRefused) as refused:
        check_detection({"earliest_incident_on": "2026-02", field: "2025-12"}, TODAY, TODAY, NOW, "GB-EAW")
    assert refused.value.errors[0]["field"] == field
    for ended in ("2026-02", "unknown", "2026-02-14T08:00:00Z", None):
        check_detection({"earliest_incident_on": "2026-02-14", field: ended}, TODAY, TODAY, NOW, "GB-EAW")
    with pytest.raises(FactRefused):
        check_detection({field: "2026-03-03"}, TODAY, TODAY, NOW, "GB-EAW")


@given(st.lists(st.sampled_from(["debt_bondage", "deception", "isolation", "not_asked", "unknown"]), unique=True))
def test_what_was_not_asked_adds_nothing_to_what_was_seen(indicators: list[str]) -> None:
    seen = [each for each in indicators if each not in ("not_asked", "unknown")]
    assert strength(indicators) == strength(seen)
    assert (strength(indicators) == "none") is (not seen)


def test_a_case_is_closed_once_and_not_before_it_was_opened() -> None:
    told = close("open", TODAY, TODAY, TODAY)
    assert (told.name, told.data) == ("case.closed", {"closed_on": TODAY})
    with pytest.raises(StepForbidden):
        close("closed", TODAY, TODAY, TODAY)
    with pytest.raises(FactRefused):
        close("open", date(2026, 3, 1), TODAY, TODAY)


def test_what_was_seen_is_explained_and_nothing_is_decided() -> None:
    found = explain(
        ["withholding_of_wages", "debt_bondage", "debt_bondage", "not_asked"],
        ["exploitation.excessive_working_hours", "exploitation.low_or_no_salary"],
    )

    assert (found.seen, found.strength) == (2, "medium")
    assert re.search(r"\b2\b.*\b11\b", found.explanation)
    assert [each.dimension for each in found.dimensions if each.enough] == ["exploitation"]
    assert found.says == JUDGEMENT
    assert not {"decision", "victim", "outcome"} & set(Explained.__dataclass_fields__)
