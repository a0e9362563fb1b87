"""Vague histories, drawn by seed: themes that make the hard cases frequent, and noise of every kind."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Profile, profile
from shared.reference.clock_rules import Trigger

LAWS: Final = ("GB-EAW", "GB-SCT", "GB-NIR", "NL", "RO")
_NAMESPACE: Final = UUID("5c1b0a7e-3c4f-4b59-8f7b-1f6f4d0f2a11")
_FIRST, _LAST = date(2021, 1, 1), date(2026, 6, 30)
_PATH: Final = ("submission", "decision", "step")


class Drawing:
    """A history under construction."""

    def __init__(self, law: str, seed: object) -> None:
        """Start with the law and the age of the person."""
        self.chance = random.Random(repr((law, seed)))
        self.law: Final[Profile] = profile(law)
        self.case = uuid5(_NAMESPACE, repr((law, seed)))
        self.facts: list[Fact] = []
        #: The date of each fact, before it was made vague.
        self.days: dict[UUID, date] = {}
        self.birth: str | None = None
        self.add("law", date(2000, 1, 1), vague=False, jurisdiction=law)
        age = self.chance.choice(("adult", "adult", "adult", "adult", "child", "unknown"))
        if age == "child":
            self.birth = f"{self.chance.randint(2003, 2010)}-{self.chance.randint(1, 12):02d}"
        self.add("person", date(2000, 1, 1), vague=False, age=age)

    def day(self, first: date = _FIRST, last: date = _LAST) -> date:
        """Draw a day."""
        return first + timedelta(days=self.chance.randint(0, max(0, (last - first).days)))

    def near(self, day: date, days: int = 40) -> date:
        """Draw a day shortly before or after another."""
        return day + timedelta(days=self.chance.randint(-days // 3, days))

    def likely(self, probability: float) -> bool:
        """Return True with this probability."""
        return self.chance.random() < probability

    def add(
        self,
        kind: str,
        day: date,
        about: Fact | None = None,
        *,
        vague: bool = True,
        learnt: date | None = None,
        **codes: str,
    ) -> Fact:
        """Add a fact with a date as vague as people state it."""
        happened, heard = self._said(day) if vague else (day.isoformat(), None)
        fact = Fact(
            id=uuid5(self.case, str(len(self.facts))),
            case=self.case,
            kind=kind,
            happened=happened,
            learnt=learnt.isoformat() if learnt else heard,
            about=about.id if about else None,
            codes=codes,
        )
        self.facts.append(fact)
        self.days[fact.id] = day
        return fact

    def _said(self, day: date) -> tuple[str, str | None]:
        heard = (day + timedelta(days=self.chance.randint(0, 90))).isoformat() if self.likely(0.4) else None
        form = self.chance.choices(("day", "month", "year", "unknown", "instant"), (55, 15, 6, 9, 15))[0]
        match form:
            case "month":
                return f"{day:%Y-%m}", heard
            case "year":
                return f"{day:%Y}", heard
            case "unknown":
                return "unknown", heard if self.likely(0.7) else None
            case "instant":
                return datetime(
                    day.year, day.month, day.day, self.chance.randint(0, 23), 30, tzinfo=UTC
                ).isoformat(), heard
            case _:
                return day.isoformat(), heard

    def name(self, among: list[Fact], probability: float = 0.6) -> Fact | None:
        """Return a fact for another one to name, or None."""
        return self.chance.choice(among) if among and self.likely(probability) else None

    def of(self, *kinds: str) -> list[Fact]:
        """Return the facts of these kinds so far."""
        return [fact for fact in self.facts if fact.kind in kinds]


def noon(day: date) -> datetime:
    """Return noon of a day, UTC."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def draw(law: str, seed: object) -> Drawing:
    """Draw a history under a law: one or two themes, and some noise."""
    drawing = Drawing(law, seed)
    for theme in drawing.chance.sample(list(THEMES), k=drawing.chance.choice((1, 1, 2))):
        THEMES[theme](drawing)
    for _ in range(drawing.chance.choice((0, 0, 1, 2, 3))):
        _noise(drawing)
    drawing.chance.shuffle(drawing.facts)
    return drawing


def _incidents(drawing: Drawing) -> None:
    ended = drawing.day()
    if drawing.likely(0.6):
        drawing.add("first_incident", drawing.day(date(2019, 1, 1), ended))
    if drawing.likely(0.45):
        drawing.add("last_incident", drawing.near(ended, 30))
    if drawing.likely(0.15):
        drawing.add("last_incident", drawing.near(ended, 200))
    if drawing.likely(0.5):
        drawing.add("exploitation_ended", drawing.near(ended, 20))
    if drawing.likely(0.3):
        drawing.add("crime_reported", drawing.near(ended, 400))
    for rule in _rules_from(drawing.law, "last_incident"):
        if drawing.likely(0.12):
            drawing.add("period_opened", drawing.near(ended, 60), clock=rule.code, ground="court_order")
        if drawing.likely(0.1):
            drawing.add("period_closed", drawing.near(ended, 900), clock=rule.code, ground="court_order")
        for trigger in rule.ends:
            if drawing.likely(0.25):
                _add_fitting(drawing, trigger, drawing.near(ended, 900), drawing.of("last_incident", "first_incident"))


def _conciliation(drawing: Drawing) -> None:
    rules = [rule for versions in drawing.law.clocks.values() for rule in versions[-1:] if rule.pauses]
    ends = [drawing.day() for _ in range(drawing.chance.choice((1, 1, 2)))]
    withheld = [drawing.add("wages_withheld", drawing.near(day)) for day in ends if drawing.likely(0.3)]
    works = [drawing.add("work_ended", day, drawing.name(withheld, 0.4)) for day in ends]
    if drawing.likely(0.1):
        drawing.add("wages_withheld", drawing.near(ends[0]), drawing.name(works))
    for _ in range(drawing.chance.choice((0, 1, 1, 2))):
        work = drawing.chance.choice(works)
        begun_on = drawing.near(drawing.days[work.id], 100)
        begun = drawing.add("conciliation_begun", begun_on, drawing.name([work], 0.5))
        if drawing.likely(0.6):
            certified = begun_on + timedelta(days=drawing.chance.randint(0, 90))
            drawing.add("conciliation_certified", certified, drawing.name([begun], 0.6))
        if drawing.likely(0.2):
            drawing.add("conciliation_open", begun_on + timedelta(days=drawing.chance.randint(0, 60)), begun)
    for rule in rules:
        for trigger in rule.ends:
            if drawing.likely(0.4):
                _add_fitting(drawing, trigger, drawing.near(drawing.chance.choice(ends), 200), works)


def _decisions(drawing: Drawing) -> None:
    """Add one or two referrals, the decisions on them, and the answers to those."""
    stages = drawing.law.stages
    firsts = [code for code, stage in stages.items() if stage.kind == "submission"] or list(stages)[:1]
    path = [_on_path(drawing, drawing.chance.choice(firsts), drawing.day(), None)]
    if drawing.likely(0.35):
        path.append(_on_path(drawing, drawing.chance.choice(firsts), drawing.day(), None))
    for _ in range(drawing.chance.choice((1, 2, 2, 3))):
        base = drawing.days[drawing.chance.choice(path).id]
        path.append(
            _on_path(drawing, drawing.chance.choice(list(stages)), drawing.near(base, 60), drawing.name(path, 0.5))
        )
    if drawing.likely(0.3):
        drawing.add("residence_refused", drawing.day())
    starts = [fact for fact in drawing.facts[2:] if fact.kind != "submission"]
    for _ in range(drawing.chance.choice((0, 1, 1, 2))):
        _answer(drawing, starts or path)


def _on_path(drawing: Drawing, code: str, day: date, about: Fact | None) -> Fact:
    stage = drawing.law.stages[code]
    codes = {"stage": code}
    if stage.outcomes:
        codes["outcome"] = drawing.chance.choice(stage.outcomes)
    if stage.reconsiders and drawing.likely(0.6):
        codes["reconsiders"] = drawing.chance.choice(stage.reconsiders)
    return drawing.add(stage.kind, day, about, **codes)


def _answer(drawing: Drawing, starts: list[Fact]) -> None:
    """Add a fact that ends a period of one of these starts."""
    start = drawing.chance.choice(starts)
    ends = [
        trigger
        for versions in drawing.law.clocks.values()
        for trigger in versions[-1].ends
        if trigger.fact not in _PATH and any(begin.fits(start.kind, start.codes) for begin in versions[-1].starts)
    ]
    if ends:
        _add_fitting(drawing, drawing.chance.choice(ends), drawing.near(drawing.days[start.id], 40), starts)


def _challenges(drawing: Drawing) -> None:
    """Add one or two challengeable decisions, with challenges and their decisions, one after another."""
    windows = [versions[-1] for versions in drawing.law.clocks.values() if versions[-1].forum is not None]
    against = [trigger for rule in windows for trigger in rule.starts if trigger.fact not in _PATH]
    for _ in range(drawing.chance.choice((1, 1, 2))):
        trigger = drawing.chance.choice(against)
        decided = drawing.add(trigger.fact, drawing.day(), **_codes(drawing, trigger))
        for _ in range(3):
            opened = [rule for rule in windows if any(start.fits(decided.kind, decided.codes) for start in rule.starts)]
            if not opened or drawing.likely(0.2):
                break
            rule = drawing.chance.choice(opened)
            answer, day = drawing.chance.choice(rule.ends[:1] + rule.ends[2:]), drawing.days[decided.id]
            made_on = drawing.near(day, 60)
            made = drawing.add(answer.fact, made_on, drawing.name([decided], 0.6), **_codes(drawing, answer))
            if drawing.likely(0.6):
                codes = {"challenge": rule.code, "result": drawing.chance.choice(("refused", "granted"))}
                decided = drawing.add(
                    "challenge_decided", drawing.near(made_on), drawing.name([made, decided]), **codes
                )


def _codes(drawing: Drawing, trigger: Trigger) -> dict[str, str]:
    return {name: drawing.chance.choice(allowed) for name, allowed in trigger.where.items()}


def _noise(drawing: Drawing) -> None:
    """Add a fact that starts or ends a period of any rule."""
    rule = drawing.chance.choice([versions[-1] for versions in drawing.law.clocks.values()])
    triggers: list[Trigger] = [*rule.starts, *rule.ends]
    if triggers:
        _add_fitting(drawing, drawing.chance.choice(triggers), drawing.day(), drawing.facts[2:])
    if rule.extendable and drawing.likely(0.4):
        until = drawing.day().isoformat()
        drawing.add("extension", drawing.day(), drawing.name(drawing.facts[2:], 0.3), clock=rule.code, until=until)
    if rule.pausable and drawing.likely(0.5):
        begun = drawing.add("pause", drawing.day(), clock=rule.code)
        if drawing.likely(0.7):
            drawing.add("resumption", drawing.near(drawing.days[begun.id], 60), drawing.name([begun]), clock=rule.code)


def _add_fitting(drawing: Drawing, trigger: Trigger, day: date, among: list[Fact]) -> None:
    codes = _codes(drawing, trigger)
    if trigger.fact == "reconsideration_requested" and drawing.likely(0.6):
        codes.setdefault("stage", drawing.chance.choice(list(drawing.law.stages)))
    drawing.add(trigger.fact, day, drawing.name(among, 0.45), **codes)


def _rules_from(law: Profile, kind: str) -> list[ClockRule]:
    rules = [versions[-1] for versions in law.clocks.values()]
    return [rule for rule in rules if any(trigger.fact == kind for trigger in rule.starts)]


THEMES: Final[Mapping[str, Callable[[Drawing], None]]] = {
    "incidents": _incidents,
    "conciliation": _conciliation,
    "decisions": _decisions,
    "challenges": _challenges,
}
