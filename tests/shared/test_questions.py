"""The questions that close doubts: one per fact, and none if nothing is unknown."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.intake.cases.due.rules import questions
from shared.deadlines.derivation import DOUBTFUL, Period, derive, question
from tests.benchmarks import doubts
from tests.kit.derived import CASE, fact, only, periods
from tests.soundness import histories
from tests.soundness.histories import LAWS

HISTORIES = 150


def asked(found: Iterable[Period]) -> set[tuple[str, UUID | None]]:
    """Return the questions about periods, each with the fact that it is about."""
    return {(code, None if about is None else UUID(about)) for code, about in doubts.asked(found)}


def test_two_conciliations_without_a_certificate_give_one_question_each() -> None:
    works = [fact("work_ended", "2026-09-05"), fact("work_ended", "2026-08-20")]
    begun = [fact("conciliation_begun", f"2026-10-0{day}", about=work) for day, work in enumerate(works, 1)]
    found = periods("GB-EAW", *works, *begun, at="2026-10-10")

    # Two limits of each work wait for the same certificate.
    assert only(found, "GB.ET", works[0]).ask_about == only(found, "GB.ET_CONTRACT", works[0]).ask_about
    assert asked(found) == {("certificate", conciliation.id) for conciliation in begun}
    certified = fact("conciliation_certified", "2026-10-08", about=begun[0])
    assert asked(periods("GB-EAW", *works, *begun, certified, at="2026-10-10")) == {("certificate", begun[1].id)}


def test_each_claim_that_names_nothing_is_asked_about_by_itself() -> None:
    works = [fact("work_ended", "2026-09-05"), fact("work_ended", "2026-08-20")]
    claims = [fact("claim", f"2026-10-0{day}", remedy="GB.EMPLOYMENT_TRIBUNAL") for day in (1, 2)]
    found = [period for period in periods("GB-EAW", *works, *claims, at="2026-10-10") if period.code == "GB.ET"]
    assert asked(found) == {("which_event", claim.id) for claim in claims}


def test_the_last_day_of_the_exploitation_is_asked_once_for_the_case() -> None:
    found = periods("GB-EAW", fact("first_incident", "2021-03-01"))
    assert len([period for period in found if "last_incident_unknown" in period.doubts]) > 1
    assert asked(found) == {("last_incident", None)}


def test_a_vague_day_is_asked_for_only_once_the_first_date_is_over() -> None:
    work = fact("work_ended", "2026-08")
    assert asked(periods("GB-EAW", work, at="2026-09-30")) == set()
    found = [period for period in periods("GB-EAW", work, at="2026-11-15") if period.code == "GB.ET"]
    assert [(period.state, period.ask_about) for period in found] == [(DOUBTFUL, (work.id,))]
    assert asked(found) == {("exact_day", work.id)}


def test_between_the_limits_of_the_first_and_the_last_act_nothing_is_asked() -> None:
    acts = [fact("first_incident", "2022-03-01"), fact("last_incident", "2025-06-15")]
    limit = only(periods("GB-EAW", *acts), "GB.CIVIL_PI")
    assert (limit.state, limit.doubts, limit.ask_about) == (DOUBTFUL, ("each_act",), ())
    assert limit.due is not None
    assert limit.other is not None
    assert (f"{limit.due.due_on}", f"{limit.other.due_on}") == ("2025-03-01", "2028-06-15")
    assert doubts.is_by_act(limit)


def test_the_day_of_a_last_act_that_is_known_by_its_month_is_asked_for() -> None:
    acts = [fact("first_incident", "2022-03"), fact("last_incident", "2025-06")]
    limit = only(periods("GB-EAW", *acts), "GB.CIVIL_PI")
    assert limit.doubts == ("each_act", "vague_start")
    assert asked([limit]) == {("exact_day", acts[1].id)}


def test_a_limit_from_the_birth_of_a_child_leaves_no_doubt_about_the_last_incident() -> None:
    facts = [
        fact("law", "2000-01-01", jurisdiction="GB-EAW"),
        fact("person", "2000-01-01", age="child"),
        fact("last_incident", "unknown", learnt="2026-08-01"),
    ]
    now = datetime(2026, 11, 30, tzinfo=UTC)
    limit = only(derive(facts, now, keeper=None, births={CASE: "2009-09"}).periods, "GB.CIVIL_PI")
    assert (limit.doubts, limit.certainty, limit.birthday) == (("child",), "likely", 21)


@pytest.mark.hazard("H-DEADLINE-3", control="surely-over")
def test_no_ordinary_history_has_a_doubt_that_no_question_closes() -> None:
    _, figures = doubts.measure()
    counted = figures["doubts"]
    assert counted["with a doubt"]
    assert counted["with a doubt that no question closes"] == 0


@pytest.mark.parametrize("law", LAWS)
def test_each_doubt_of_a_vague_history_has_a_question(law: str) -> None:
    doubtful = 0
    for seed in range(HISTORIES):
        drawing = histories.draw(law, seed)
        now = histories.noon(drawing.day()) + timedelta(days=300)
        facts = {drawn.id: drawn for drawn in drawing.facts}
        for period in derive(drawing.facts, now, keeper=None, births={drawing.case: drawing.birth}).periods:
            assert set(period.ask_about) <= set(facts)
            if period.state == DOUBTFUL:
                doubtful += 1
                # Users who may read the birth see the birthday, and between two acts nothing is unknown.
                is_known = period.birthday is not None or "each_act" in period.doubts
                assert question(period.state, period.doubts) is not None or is_known, period
    assert doubtful


def test_questions_about_the_same_fact_are_one_with_the_first_day() -> None:
    one, other = str(UUID(int=1)), str(UUID(int=2))
    found = questions(
        [
            ("doubtful", ["certificate_unknown"], [one], "2026-03-02"),
            ("running", ["certificate_unknown"], [one, other], "2026-02-01"),
            ("doubtful", ["last_incident_unknown"], [], None),
            ("passed", ["last_incident_unknown"], [], "2020-01-01"),
        ]
    )
    assert found == {
        ("certificate", one): "2026-02-01",
        ("certificate", other): "2026-02-01",
        ("last_incident", None): None,
    }
