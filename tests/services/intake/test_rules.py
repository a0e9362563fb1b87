"""What may happen to a case at intake. Pure: no store, no clock but the one that is handed in."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.consent.rules import check_agency, check_consent
from services.intake.detection.rules import Explained, check_detection, explain, strength
from services.intake.identification.rules import NewStep, RecordedStep, begins, identification_step, reconsidered
from services.intake.lifecycle.rules import close
from services.intake.withdrawal.rules import check_not_withdrawn
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import Profile, Stage, profile

TODAY = date(2026, 3, 2)
GB, NL, RO = (profile(code) for code in ("GB-EAW", "NL", "RO"))
GOOD_CONSENT: dict[str, Any] = {
    "purposes": ["referral_for_support"],
    "granted_on": TODAY,
    "expires_on": date(2027, 3, 2),
    "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
}


def step(stage: str, **different: Any) -> NewStep:
    return NewStep(**{"stage": stage, "received_on": TODAY, **different})


def record(law: Profile, given: NewStep, *before: RecordedStep, consented: bool = True, age: str = "adult") -> Stage:
    agencies = law.authorities if consented else ()
    return identification_step(law, given, before, age=age, agencies=agencies, today=TODAY)


def test_an_adult_s_referral_needs_consent_and_a_child_s_moves_on_the_profile_s_own_basis() -> None:
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


def test_a_decision_before_its_referral_is_refused_by_name_and_one_after_it_is_not() -> None:
    decided = step("reasonable_grounds", outcome="positive", authority="GB.SCA")
    with pytest.raises(StepForbidden) as refused:
        record(GB, decided)
    assert refused.value.rule == "earlier_step_first"
    assert record(GB, decided, RecordedStep("referred", None)).kind == "decision"


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
        record(law, given, RecordedStep("referred", None))
    assert refused.value.rule == rule
    assert refused.value.status == 422


@pytest.mark.parametrize("day", ["2026", "2026-03", "2026-03-02", "2015"])
def test_partial_dates_are_welcome(day: str) -> None:
    assert record(GB, step("referred", occurred_on=day)).code == "referred"


def test_only_a_negative_decision_is_looked_at_again() -> None:
    again = GB.stage("reconsideration")
    positive = [RecordedStep("referred", None), RecordedStep("reasonable_grounds", "positive")]
    with pytest.raises(StepForbidden) as refused:
        reconsidered(again, positive)
    assert refused.value.rule == "reconsiders_a_negative_decision"
    negative = [RecordedStep("referred", None), RecordedStep("reasonable_grounds", "negative")]
    assert reconsidered(again, negative) == "reasonable_grounds"


@given(st.lists(st.sampled_from([(law.code, each) for law in (GB, NL, RO) for each in law.stages]), max_size=12))
def test_no_sequence_of_steps_reaches_a_stage_before_what_it_requires(tries: list[tuple[str, str]]) -> None:
    for law in (GB, NL, RO):
        before: list[RecordedStep] = []
        for code, name in tries:
            if code != law.code:
                continue
            stage = law.stage(name)
            outcome = stage.outcomes[0] if stage.outcomes else None
            try:
                record(law, step(name, outcome=outcome), *before)
            except StepForbidden as refused:
                assert refused.rule == "earlier_step_first"  # noqa: PT017 - the only reason that there may be
                continue
            assert set(stage.requires) <= {each.stage for each in before}
            before.append(RecordedStep(name, outcome))


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
        identification_step(GB, given, [], age="adult", agencies=["GB.IECA"], today=TODAY)
    assert refused.value.rule == "consent_before_this_step"
    assert identification_step(GB, given, [], age="adult", agencies=["GB.SCA"], today=TODAY).code == "referred"


def test_an_agency_of_another_jurisdiction_is_refused() -> None:
    with pytest.raises(FactRefused):
        check_agency("RO.DIICOT", GB)
    check_agency("GB.SCA", GB)


def test_a_step_made_elsewhere_on_an_unknown_day_starts_only_what_protects_and_that_from_when_we_heard() -> None:
    elsewhere = step("reasonable_grounds", made_elsewhere=True)
    assert begins(elsewhere, "target") is None
    assert begins(elsewhere, "minimum") == TODAY
    assert begins(step("referred"), "target") == TODAY
    assert begins(step("referred", occurred_on="2026-01", made_elsewhere=True), "target") == "2026-01"


def test_nothing_is_received_before_it_occurred() -> None:
    with pytest.raises(FactRefused) as refused:
        record(GB, step("referred", occurred_on="2026-02-20", received_on=date(2026, 2, 19)))
    assert refused.value.rule == "received_after_it_occurred"


def test_a_consent_is_withdrawn_once() -> None:
    check_not_withdrawn(withdrawn=False)
    with pytest.raises(StepForbidden):
        check_not_withdrawn(withdrawn=True)


def test_work_can_not_end_before_the_first_incident_but_may_end_in_the_same_month() -> None:
    with pytest.raises(FactRefused):
        check_detection("2026-02", "2025-12", TODAY, TODAY)
    check_detection("2026-02-14", "2026-02", TODAY, TODAY)


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
    assert "2 of the ILO's 11 indicators" in found.explanation
    assert [each.dimension for each in found.dimensions if each.enough] == ["exploitation"]
    assert "judgement" in found.says
    assert not {"decision", "victim", "outcome"} & set(Explained.__dataclass_fields__)
