"""Instruments as data: one file per version, in the repository or added by an installation, scored by a fixed grammar.

`shipped` returns those of the repository, `installed` also those of an installation's folder. The repository contains
the questions' texts only if everyone is allowed to pass them on (`forms.MAY_SHIP`). An installation adds others that
its licence allows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from shared.reference.instruments.forms import NO_DIAGNOSIS, Instrument
from shared.reference.instruments.loading import FILES, chosen_changes, load_folder
from shared.reference.instruments.scoring import AnswerRefused, Compared, Scored, compare, score

__all__ = [
    "NO_DIAGNOSIS",
    "AnswerRefused",
    "Compared",
    "Instrument",
    "Instruments",
    "Scored",
    "compare",
    "installed",
    "score",
    "shipped",
]


@dataclass(frozen=True)
class Instruments:
    """The instruments of an installation, and the source by which it judges changes, if it chose one."""

    by_key: Mapping[tuple[str, str], Instrument]
    chosen: Mapping[str, str]

    def find(self, code: str, number: str) -> Instrument | None:
        """Return a version of an instrument; None if there is none."""
        return self.by_key.get((code, number))

    def current(self, code: str, today: date) -> Instrument | None:
        """Return the newest version that is in use on a day; None if there is none."""
        used = [one for one in self.by_key.values() if one.code == code and one.in_force(today)]
        return max(used, key=lambda instrument: instrument.effective_from, default=None)


@cache
def shipped() -> Instruments:
    """Return the instruments of the repository. Raises `BrokenReference`."""
    return _of(load_folder(FILES, ours=True), {})


def installed(folder: Path) -> Instruments:
    """Return the instruments of the repository and of an installation's folder. Raises `BrokenReference`."""
    instruments = load_folder(folder, ours=False, others=shipped().by_key.values())
    return _of(instruments, chosen_changes(folder, instruments))


def _of(instruments: list[Instrument], chosen: Mapping[str, str]) -> Instruments:
    return Instruments(
        MappingProxyType({instrument.key: instrument for instrument in instruments}), MappingProxyType(dict(chosen))
    )
