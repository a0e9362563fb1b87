"""The share of ordinary histories of a case with a doubt about a period, and the questions that resolve it."""

import random
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from deploy.cli.console import print_table
from services.intake.cases.due.rules import questions
from shared.deadlines.derivation import DOUBTFUL, LIVE, Period, derive, question
from shared.deadlines.facts import Fact
from shared.reference import JURISDICTIONS
from tests.benchmarks.measurement import Measurement

HISTORIES: Final = 200
NOW: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
_DOUBT, _BY_ACT = "with a doubt", "between the limits of the first and the last act"
_NO_QUESTION, _QUESTION = "with a doubt that no question closes", "with a question"
_ITEMS: Final = "questions"
_EMPLOYERS: Final = {"GB-EAW": "GB.EMPLOYMENT_TRIBUNAL", "GB-SCT": "GB.EMPLOYMENT_TRIBUNAL", "GB-NIR": "NIR.TRIBUNAL"}
_COMPENSATION: Final = {"GB-EAW": "GB.CICA", "GB-SCT": "GB.CICA", "GB-NIR": "NIR.CICS", "NL": "NL.SCHADEFONDS"}


def measure() -> tuple[list[Measurement], dict[str, Any]]:
    """Derive ordinary histories under all laws, and count those with a doubt by the question that resolves it."""
    figures = Counter[str](dict.fromkeys((_DOUBT, _BY_ACT, _NO_QUESTION, _QUESTION, _ITEMS), 0))
    for number in range(HISTORIES):
        periods = [period for period in derive(history(number), NOW, keeper=None).periods if period.state in LIVE]
        items = asked(periods)
        doubtful = [period for period in periods if period.state == DOUBTFUL]
        figures[_DOUBT] += any(not is_by_act(period) for period in doubtful)
        figures[_BY_ACT] += any(is_by_act(period) for period in doubtful)
        figures[_NO_QUESTION] += any(not is_by_act(period) and not asked([period]) for period in doubtful)
        figures[_QUESTION] += bool(items)
        figures[_ITEMS] += len(items)
        figures.update({f"asked: {code}" for code, _fact in items})
    print_table([f"of {HISTORIES} ordinary histories", "number"], [[name, str(of)] for name, of in figures.items()])
    return [
        Measurement("ordinary histories with a question about a period", figures[_QUESTION], f"of {HISTORIES}"),
        Measurement(
            "ordinary histories with a doubt that no question closes", figures[_NO_QUESTION], f"of {HISTORIES}"
        ),
    ], {"doubts": dict(figures)}


def asked(periods: Iterable[Period]) -> Collection[tuple[str, str | None]]:
    """Return the questions about periods, each with the fact that it is about, as the work list shows them."""
    return questions(
        (period.state, period.doubts, [str(fact) for fact in period.ask_about], None) for period in periods
    ).keys()


def is_by_act(period: Period) -> bool:
    """Return whether a period is doubtful only because it is between the limits of the first and the last act."""
    return "each_act" in period.doubts and question(period.state, period.doubts) is None


def history(number: int) -> list[Fact]:
    """Return an ordinary history: a referral, decisions on it, incidents, perhaps work, a conciliation and a claim."""
    made = _Made(random.Random(number), JURISDICTIONS[number % len(JURISDICTIONS)])
    made.fact("law", date(2025, 1, 1), jurisdiction=made.law)
    made.fact("person", date(2025, 1, 1), age="adult")
    made.incidents()
    made.path()
    if made.law in _EMPLOYERS and made.sometimes(0.6):
        made.work()
    if made.law in _COMPENSATION and made.sometimes(0.3):
        made.fact("claim", date(2026, 11, 2), remedy=_COMPENSATION[made.law])
    return made.facts


class _Made:
    """The facts of a history, one after another."""

    def __init__(self, chance: random.Random, law: str) -> None:
        self.chance, self.law, self.facts = chance, law, list[Fact]()

    def sometimes(self, share: float) -> bool:
        """Return True in this share of the histories."""
        return self.chance.random() < share

    def day(self, first: date, days: int) -> date:
        """Return a day within some days of another."""
        return first + timedelta(days=self.chance.randrange(days))

    def fact(self, kind: str, day: date, *, about: UUID | None = None, by_month: bool = False, **codes: str) -> UUID:
        """Record a fact of a day, or of its month."""
        happened = day.isoformat()[: len("2026-03")] if by_month else day.isoformat()
        fact_id = UUID(int=self.chance.getrandbits(128))
        learnt = (day + timedelta(days=40)).isoformat() if by_month else None
        self.facts.append(
            Fact(id=fact_id, case=UUID(int=1), kind=kind, happened=happened, learnt=learnt, about=about, codes=codes)
        )
        return fact_id

    def incidents(self) -> None:
        """Record when the exploitation began and ended: the detection asks for each of these days."""
        self.fact("first_incident", self.day(date(2021, 1, 1), 1400), by_month=self.sometimes(0.5))
        ended = self.day(date(2025, 6, 1), 400)
        if self.sometimes(0.5):
            self.fact("last_incident", ended)
        if self.sometimes(0.6):
            self.fact("exploitation_ended", ended)

    def path(self) -> None:
        """Record the official path of the law, each step after the one before."""
        referred = self.day(date(2026, 6, 1), 60)
        first, second = referred + timedelta(days=8), referred + timedelta(days=70)
        refused = "negative" if self.sometimes(0.25) else "positive"
        if self.law.startswith("GB"):
            referral = self.fact("submission", referred, stage="referred")
            decided = self.fact("decision", first, about=referral, stage="reasonable_grounds", outcome="positive")
            stage = "conclusive_grounds"
            decided = self.fact("decision", second, about=referral, stage=stage, outcome=refused)
            if refused == "negative" and self.sometimes(0.5):
                asked = second + timedelta(days=12)
                self.fact("reconsideration_requested", asked, about=decided, stage=stage)
        elif self.law == "NL":
            self.fact("step", first, stage="reflection_accepted")
            if self.sometimes(0.5):
                self.fact("step", second, stage="report_made")
            if refused == "negative":
                self.fact("residence_refused", second)
        else:
            self.fact("submission", referred, stage="notified")
            self.fact("decision", first, stage="presumed", outcome=refused)
            if self.sometimes(0.3):
                self.fact("judgment_final", self.day(date(2025, 9, 1), 400), offender="known")

    def work(self) -> None:
        """Record the end of the work, and perhaps a conciliation and a claim that name it."""
        ended = self.day(date(2026, 8, 1), 90)
        work = self.fact("work_ended", ended)
        if self.sometimes(0.15):
            self.fact("work_ended", self.day(date(2026, 5, 1), 60))
        if self.sometimes(0.5):
            begun = self.fact("conciliation_begun", ended + timedelta(days=20), about=work)
            if self.sometimes(0.7):
                self.fact("conciliation_certified", ended + timedelta(days=45), about=begun)
        if self.sometimes(0.3):
            self.fact("claim", ended + timedelta(days=50), about=work, remedy=_EMPLOYERS[self.law])
