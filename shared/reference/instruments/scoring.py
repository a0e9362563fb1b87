"""Score answers: a total, its band, whether it reaches a cut-off, the patterns that the answers fit, and a change.

Pure, and in fractions: a missing answer is replaced by the mean of the others, and 10.6 is below 11.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from shared.reference.instruments.forms import ANY_LANGUAGE, Instrument, Missing, RiskItem, Total
from shared.reference.instruments.grammar import Answers, fits

Reached = Literal["reached", "not_reached", "not_tested", "not_answered"]
Verdict = Literal["more_than_chance", "may_be_chance", "not_comparable"]
MORE: Final = "more_than_chance"
CHANCE: Final = "may_be_chance"
NOT_COMPARABLE: Final = "not_comparable"
_SHOWN_TO: Final = 100


class AnswerRefused(ValueError):
    """An answer to an item that does not exist, or with a value that the item does not have."""

    def __init__(self, item: int) -> None:
        """Store the item."""
        super().__init__(item)
        self.item = item


@dataclass(frozen=True, kw_only=True)
class Scored:
    """The scores of answers. `total`, `band` None: too few answers.

    `risk`: whether staff have to ask for help immediately; None: the question was left open, and is asked again.
    """

    total: Fraction | None
    band: str | None
    cutoff: Reached
    fits: Mapping[str, bool | None]
    risk: bool | None
    urgency: str | None
    unanswered: tuple[int, ...]

    @property
    def shown_total(self) -> str | None:
        """Return the total as it is shown: a whole number, or with two decimal places."""
        if self.total is None:
            return None
        hundredths = round(self.total * _SHOWN_TO)
        whole, rest = divmod(hundredths, _SHOWN_TO)
        return str(whole) if rest == 0 else f"{whole}.{rest:02d}".rstrip("0")


def score(instrument: Instrument, answers: Answers, language: str) -> Scored:
    """Score answers by item, as they were given. Raises `AnswerRefused`."""
    for item, value in answers.items():
        if value not in instrument.scale.get(item, ()):
            raise AnswerRefused(item)
    counting = {item: _turned(instrument, item, value) for item, value in answers.items()}
    total = _total(instrument.total, instrument.missing, counting) if instrument.total is not None else None
    asked = _asked_for_help(instrument.risks, answers)
    return Scored(
        total=total,
        band=_band(instrument, total),
        cutoff=_cutoff(instrument, total, language),
        fits=fits(instrument.patterns, counting, instrument.scale),
        risk=asked[0],
        urgency=asked[1],
        unanswered=tuple(item for item in instrument.scale if item not in answers),
    )


def _turned(instrument: Instrument, item: int, value: int) -> int:
    """Return a value as it is scored: for a reversed item, counted from the other end."""
    values = instrument.scale[item]
    return min(values) + max(values) - value if item in instrument.is_reversed else value


def _total(total: Total, missing: Missing, counting: Answers) -> Fraction | None:
    """Return the total; None if too many answers are missing, or one that is required."""
    there = [counting[item] for item in total.items if item in counting]
    gaps = [item for item in total.items if item not in counting]
    if not there or len(gaps) > missing.most or missing.never.intersection(gaps):
        return None
    mean = Fraction(sum(there), len(there))
    figure = (mean if total.method == "mean" else mean * len(total.items)) * total.times
    return Fraction(int(figure)) if missing.decimals == "dropped" else figure


def _band(instrument: Instrument, total: Fraction | None) -> str | None:
    if total is None:
        return None
    return next((code for edge, code in reversed(instrument.bands) if total >= edge), None)


def _cutoff(instrument: Instrument, total: Fraction | None, language: str) -> Reached:
    """Return whether a total reaches the cut-off of a language, on the worse side."""
    at = instrument.cutoffs.get(language, instrument.cutoffs.get(ANY_LANGUAGE))
    if at is None or instrument.total is None:
        return "not_tested"
    if total is None:
        return "not_answered"
    is_reached = total >= at if instrument.total.better == "low" else total <= at
    return "reached" if is_reached else "not_reached"


def _asked_for_help(risks: tuple[RiskItem, ...], answers: Answers) -> tuple[bool | None, str | None]:
    asking = [risk for risk in risks if answers.get(risk.item, risk.least - 1) >= risk.least]
    if asking:
        return True, asking[0].urgency
    return (None if any(risk.item not in answers for risk in risks) else False), None


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A comparison of a total with an earlier one: whether the difference is more than chance, and its direction."""

    verdict: Verdict
    is_better: bool | None = None


def compare(
    instrument: Instrument, now: Scored, language: str, before: tuple[str, str, str, Scored] | None, source: str | None
) -> Compared:
    """Compare with an earlier time: its instrument, version, language and scores.

    Only scores of the same version in the same language with enough answers can be compared. `source` is the one that
    the installation chose; None: the instrument's first.
    """
    if before is None or before[:3] != (*instrument.key, language) or instrument.total is None:
        return Compared(verdict=NOT_COMPARABLE)
    change = instrument.changes.get(source) if source else next(iter(instrument.changes.values()), None)
    earlier = before[3].total
    if change is None or now.total is None or earlier is None:
        return Compared(verdict=NOT_COMPARABLE)
    difference = now.total - earlier
    is_better = None if difference == 0 else (difference < 0) == (instrument.total.better == "low")
    verdict: Verdict = MORE if abs(difference) >= change.reliable else CHANCE
    return Compared(verdict=verdict, is_better=is_better)
