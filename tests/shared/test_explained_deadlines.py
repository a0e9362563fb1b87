"""The explanation of a deadline lists its inputs: dates, facts, readings, pauses and question."""

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


def test_an_extension_is_named_with_its_day_and_whether_it_changed_the_date() -> None:
    positive = fact("decision", "2026-11-02", stage="reasonable_grounds", outcome="positive")
    for until, has_effect in ((date(2027, 1, 29), True), (date(2026, 11, 3), False)):
        granted = fact("extension", "2026-11-09", about=positive, clock="GB.RECOVERY_MIN", until=until.isoformat())
        found = only(explained("GB-EAW", positive, granted), "GB.RECOVERY_MIN")
        [extension] = found.extensions
        assert (extension.fact, extension.until, extension.is_sure) == (granted.id, until, True)
        assert extension.has_effect is has_effect
        assert (granted.id in found.period.because) is has_effect
        assert found.period.due is not None
        assert (found.period.due.due_on == until) is has_effect
        assert [used.use for used in found.facts] == ["starts", *(["extends"] if has_effect else [])]


def test_a_change_by_hand_needs_the_code_of_the_rule() -> None:
    work = only(explained("GB-EAW", fact("work_ended", "2026-10-20")), "GB.ET")
    by_hand = {(each.kind, each.effect): each.where for each in work.changes if "clock" in each.where}
    assert by_hand == {("pause", "pauses"): {"clock": ("GB.ET",)}, ("resumption", "resumes"): {"clock": ("GB.ET",)}}
    positive = fact("decision", "2026-11-02", stage="reasonable_grounds", outcome="positive")
    recovery = only(explained("GB-EAW", positive), "GB.RECOVERY_MIN")
    by_hand = {(each.kind, each.effect): each.where for each in recovery.changes if "clock" in each.where}
    assert by_hand == {("extension", "extends"): {"clock": ("GB.RECOVERY_MIN",)}}


def test_a_pause_without_an_end_or_on_an_unknown_day_has_open_bounds() -> None:
    ended, paused = fact("work_ended", "2026-10-20"), fact("pause", "2026-11-02", clock="GB.ET")
    [pause] = only(explained("GB-EAW", ended, paused), "GB.ET").pauses
    assert pause.begun == (date(2026, 11, 2), date(2026, 11, 2))
    assert pause.ended == (date(2026, 11, 2), None)
    assert pause.is_by_hand
    [unknown] = only(explained("GB-EAW", ended, fact("pause", "unknown", clock="GB.ET")), "GB.ET").pauses
    # It may have begun on any day since the work ended.
    assert (unknown.begun, unknown.ended[1]) == ((date(2026, 10, 20), None), None)
    assert not unknown.is_sure
