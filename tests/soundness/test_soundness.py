"""No derived deadline claims more than the facts allow, for every meaning and every order of their arrival."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.deadlines.derivation import derive, endings, incidents, links, pauses, starts
from shared.deadlines.derivation.certainty import SURE, Link, Truth
from shared.reference.periods import Moment
from tests.soundness import histories
from tests.soundness.checking import check, shuffled
from tests.soundness.histories import LAWS

#: The number of histories and readings of each jurisdiction here; `python -m tests.soundness` uses more.
HISTORIES, READINGS = 120, 3
#: Mutants are tested with more histories, until one fails.
MOST_HISTORIES = 1_200


@pytest.mark.hazard("H-DEADLINE-3", control="surely-over")
@pytest.mark.hazard("H-DEADLINE-1", control="last-incident-interval")
@pytest.mark.hazard("H-DEADLINE-2", control="pause-is-a-reading")
@pytest.mark.parametrize("law", LAWS)
def test_a_period_is_over_and_dated_only_as_every_reading_allows(law: str) -> None:
    breaks = check(law, range(HISTORIES), READINGS)
    assert not breaks, str(breaks[0])


@pytest.mark.parametrize("law", LAWS)
def test_the_order_of_arrival_changes_nothing(law: str) -> None:
    for seed in range(HISTORIES):
        drawing = histories.draw(law, seed)
        now = histories.noon(drawing.day()) + timedelta(days=300)
        births = {drawing.case: drawing.birth}
        derived = derive(drawing.facts, now, keeper=None, births=births)
        for other in range(3):
            assert derive(shuffled(drawing.facts, other), now, keeper=None, births=births) == derived


def _surely(link: Link) -> Link:
    return SURE if link.truth is Truth.PERHAPS else link


def _order_is_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    real = links.Links._order

    def order(self: Any, *positional: Any, **named: Any) -> Link:
        return _surely(real(self, *positional, **named))

    monkeypatch.setattr(links.Links, "_order", order)


def _an_unnamed_answer_is_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    real = links._perhaps
    monkeypatch.setattr(links, "_perhaps", lambda doubt: SURE if doubt == "which_start" else real(doubt))


def _the_stage_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "_stage", lambda *_positional, **_named: SURE)


def _the_referral_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links.Links, "_same_referral", lambda *_positional: SURE)


def _every_conciliation_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "_only_first", lambda matching: matching)


def _the_last_incident_was_the_first_known(monkeypatch: pytest.MonkeyPatch) -> None:
    real = incidents.between

    def between(*positional: Any, **named: Any) -> incidents.Between:
        interval = real(*positional, **named)
        known = interval.happened.lo or interval.happened.hi
        return replace(interval, happened=Moment(known, known))

    monkeypatch.setattr(starts, "between", between)


def _other_incidents_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links.Links, "_after_named", lambda *_positional: SURE)


def _any_end_is_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endings.End, "is_sure", property(lambda _end: True))


@pytest.mark.parametrize(
    ("law", "mutate"),
    [
        ("GB-EAW", _order_is_sure),
        ("GB-EAW", _an_unnamed_answer_is_sure),
        ("GB-EAW", _the_stage_is_ignored),
        ("GB-SCT", _the_referral_is_ignored),
        ("GB-SCT", _every_conciliation_counts),
        ("NL", _the_last_incident_was_the_first_known),
        ("GB-EAW", _other_incidents_are_ignored),
        ("RO", _any_end_is_sure),
    ],
)
def test_a_mutant_of_the_derivation_is_found(
    monkeypatch: pytest.MonkeyPatch, law: str, mutate: Callable[[pytest.MonkeyPatch], None]
) -> None:
    mutate(monkeypatch)
    pieces = (check(law, range(first, first + 50), READINGS) for first in range(0, MOST_HISTORIES, 50))
    assert any(pieces)
