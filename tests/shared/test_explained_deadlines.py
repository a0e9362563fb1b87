"""A deadline is explained by what it was derived from: its dates, facts, readings, pauses and question."""

from datetime import UTC, date, datetime

from shared.deadlines.derivation.explain import Explanation, Origins
from shared.deadlines.facts import Fact
from tests.kit.derived import fact

NOW = datetime(2026, 11, 30, 18, tzinfo=UTC)


def explained(law: str, *facts: Fact, age: str = "adult", birth: str | None = None) -> list[Explanation]:
    own = [fact("law", "2000-01-01", jurisdiction=law), fact("person", "2000-01-01", age=age), *facts]
    origins = Origins(own, NOW, keeper=None, births={own[0].case: birth})
    return [origins.explanation(number) for number in range(len(origins.periods))]


def only(found: list[Explanation], code: str) -> Explanation:
    (explanation,) = [each for each in found if each.period.code == code]
    return explanation


def test_weekends_and_holidays_that_did_not_count_are_named() -> None:
    referral = fact("submission", "2026-04-02", stage="referred")
    found = only(explained("GB-EAW", referral), "GB.RG")
    [reading] = found.readings
    assert reading.counted is not None
    assert str(reading.counted.length) == "5WD"
    assert reading.reach.first is not None
    assert dict(reading.reach.first.due.skipped) == {
        date(2026, 4, 3): "Good Friday",
        date(2026, 4, 4): "Saturday",
        date(2026, 4, 5): "Sunday",
        date(2026, 4, 6): "Easter Monday",
        date(2026, 4, 11): "Saturday",
        date(2026, 4, 12): "Sunday",
    }
    assert found.period.due is not None
    assert found.period.due.due_on == date(2026, 4, 13)
    assert [(used.fact.id, used.use) for used in found.facts] == [(referral.id, "starts")]


def test_a_conciliation_is_named_with_its_days_and_that_it_counts() -> None:
    ended, begun = fact("work_ended", "2026-02-20"), fact("conciliation_begun", "2026-03-11")
    certified = fact("conciliation_certified", "2026-04-22", about=begun)
    found = only(explained("GB-EAW", ended, begun, certified), "GB.ET")
    [pause] = found.pauses
    assert (pause.begun, pause.ended) == ((date(2026, 3, 11),) * 2, (date(2026, 4, 22),) * 2)
    assert pause.is_sure
    assert pause.has_effect
    assert found.period.due is not None
    assert found.counted.first is not None
    assert (found.counted.first.due.due_on, found.period.due.due_on) == (date(2026, 5, 19), date(2026, 6, 30))
    assert {used.use for used in found.facts} >= {"starts", "pauses"}


def test_the_question_names_the_doubts_that_its_answer_closes() -> None:
    first = fact("first_incident", "2025-06-10")
    found = only(explained("GB-EAW", first), "GB.CICA")
    assert found.question == "last_incident"
    assert found.closes == ("last_incident_unknown",)


def test_each_kind_of_fact_that_would_change_it_is_named() -> None:
    found = only(explained("GB-EAW", fact("work_ended", "2026-10-20")), "GB.ET")
    effects = {(change.kind, change.effect) for change in found.changes}
    assert {("work_ended", "moves"), ("claim", "met"), ("conciliation_begun", "pauses")} <= effects
