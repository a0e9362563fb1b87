"""Outcome statistics are correct, and reveal nothing about an individual person."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from deploy.cli import servers
from services.legal.cases.advice.models import Advice
from services.legal.compensation.award.models import Award, AwardStep
from services.legal.overview.outcome import rules
from services.legal.overview.outcome.rules import Reached
from shared.deadlines.facts import heard_facts
from shared.events.envelope import new_id
from tests.kit.harness import Harness, add_case, harness

CONTACT: Final = date(2026, 1, 5)
SOMEBODY: Final = UUID(int=1)


def after(days: int | None) -> Reached:
    return Reached(CONTACT, (None if days is None else CONTACT + timedelta(days=days),))


@given(had=st.integers(0, 40), had_not=st.integers(0, 40))
def test_no_number_is_shown_that_few_had_or_that_few_had_not(had: int, had_not: int) -> None:
    cases, [step] = rules.published([after(3)] * had + [after(None)] * had_not, ["advice"])
    assert (cases is None) == (had + had_not < rules.SMALLEST)
    is_shown = had >= rules.SMALLEST and had_not >= rules.SMALLEST
    assert (step.cases, step.median_days) == ((had, 3) if is_shown else (None, None))
    assert (step.share is None) is not is_shown


def test_the_median_of_days_leaves_out_steps_before_the_first_contact() -> None:
    had = [after(days) for days in (-4, 0, 1, 2, 3, 10, 11, 12, 13, 14, 400)]
    _, [step] = rules.published([*had, *[after(None)] * 11], ["advice"])
    assert (step.cases, step.share, step.median_days) == (11, 50, 10)


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as service:
        yield service


@pytest.mark.integration
def test_a_statistician_reads_what_became_of_advice_awards_and_money_and_of_no_case(legal: Harness) -> None:
    cases = [uuid4() for _ in range(24)]
    with legal.database.transaction() as session:
        for place, case in enumerate(cases):
            add_case(session, "legal", case)
            opening = {"id": uuid4(), "case_id": case, "kind": "law", "revision": 1, "codes": {"jurisdiction": "NL"}}
            session.execute(insert(heard_facts).values(**opening, happened=str(CONTACT), withdrawn=False))
            award = Award(
                id=new_id(),
                case_id=case,
                remedy="NL.SCHADEFONDS",
                payer="state",
                currency="EUR",
                state="awarded",
                awarded_on=CONTACT + timedelta(days=100),
                recorded_by=SOMEBODY,
            )
            session.add(award)
            if place >= 12:
                continue
            said = {"phase": "before_entry_decision", "topics": [], "funding": "none", "language": "ro"}
            session.add(
                Advice(case_id=case, status="given", interpreter=False, given_on=CONTACT + timedelta(days=7), **said)
            )
            paid_on = CONTACT + timedelta(days=200)
            recorded = {"recorded_by": SOMEBODY, "recorded_at": legal.clock.now(session)}
            session.add(AwardStep(award=award.id, case_id=case, kind="payment", happened_on=paid_on, **recorded))
    shown = legal.staff("statistician").told("GET", "/v1/justice-outcomes")
    [place] = shown["places"]
    # The harness has one more case, without any facts.
    assert (place["jurisdiction"], place["cases"]) == ("NL", 25)
    advice, decision = place["steps"]
    assert advice == {"step": "advice", "cases": 12, "share": 48, "median_days": 7}
    assert decision == {"step": "decision", "cases": None, "share": None, "median_days": None}
    [remedy] = shown["remedies"]
    award_step, money = remedy["steps"]
    assert (remedy["remedy"], remedy["cases"], award_step["cases"]) == ("NL.SCHADEFONDS", 24, None), "all had it"
    assert money == {"step": "money", "cases": 12, "share": 50, "median_days": 200}
    assert not [case for case in (*cases, legal.case) if str(case) in str(shown)]
    assert legal.member("legal_adviser").ask("GET", "/v1/justice-outcomes").status_code == 403
