"""Every period of every law can start and end by facts of a case, or states why it cannot."""

import pytest

from shared.reference import JURISDICTIONS, Profile, Trigger, profile
from shared.reference.profiles import STAGED

PERIODS = [(law, code) for law in JURISDICTIONS for code in profile(law).clocks]


@pytest.mark.parametrize(("law", "code"), PERIODS)
def test_no_period_is_without_a_start_or_the_reason_and_none_without_an_end(law: str, code: str) -> None:
    found = profile(law)

    for rule in found.clocks[code]:
        assert rule.starts
        assert rule.ends
        assert {end.effect for end in rule.ends} <= {"met", "ended"}
    assert bool(found.starts_by(code)) != bool(found.without_start.get(code, "").strip())


def of_no_law(trigger: Trigger, laws: list[Profile]) -> set[str]:
    """Return the stages and outcomes of a trigger that no law has."""
    stages = {code: stage for law in laws for code, stage in law.stages.items() if stage.kind == trigger.fact}
    named = set(trigger.where.get("stage", ()))
    known = [stages[code] for code in named if code in stages] or list(stages.values())
    outcomes = {outcome for stage in known for outcome in stage.outcomes}
    return (named - set(stages)) | (set(trigger.where.get("outcome", ())) - outcomes)


@pytest.mark.parametrize(("law", "code"), PERIODS)
def test_what_starts_and_ends_a_period_is_a_stage_with_an_outcome_that_some_law_has(law: str, code: str) -> None:
    laws = [profile(each) for each in JURISDICTIONS]

    for rule in profile(law).clocks[code]:
        for trigger in (*rule.starts, *rule.ends):
            if trigger.fact in STAGED:
                assert of_no_law(trigger, laws) == set()


def test_a_stage_that_no_law_has_would_be_found() -> None:
    laws = [profile(each) for each in JURISDICTIONS]
    wrong = Trigger(fact="decision", where={"stage": ("reasonable_ground",), "outcome": ("postive",)})

    assert of_no_law(wrong, laws) == {"reasonable_ground", "postive"}
