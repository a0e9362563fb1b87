"""Periods that people should know of and that no clock of a case counts."""

from dataclasses import dataclass
from typing import get_args

from shared.reference.clock_rules import ClockKind, ClockRule, Duty
from shared.reference.clock_tables import known_length
from shared.reference.leaf import Leaf
from shared.reference.periods import Length
from shared.reference.reading import Table, origin


@dataclass(frozen=True, kw_only=True)
class OtherPeriod(Leaf):
    """A period that people should know of and that no clock of a case counts.

    Its start is outside the case (a breach of the office's data), or the state has to act.
    """

    code: str
    name: str
    kind: ClockKind
    duty: Duty
    length: Length
    counted_from: str

    @property
    def rule(self) -> ClockRule:
        """Return it as a rule to count by, which no service keeps."""
        return ClockRule(
            code=self.code,
            kind=self.kind,
            keeper=None,
            duty=self.duty,
            length=self.length,
            first_day=False,
            less_one_day=False,
            roll=False,
            late_filing=False,
            warn_days=(),
            extendable=False,
            pausable=False,
            left_after_pause=None,
            source=self.source,
            certainty=self.certainty,
            check=self.check,
            read_on=self.read_on,
            from_memory=self.from_memory,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
            layer=self.layer,
            note=self.note,
        )


def read_other_period(code: str, table: Table, layer: str) -> OtherPeriod:
    """Read a period that no clock of a case counts. Raises BrokenReference."""
    leaf = OtherPeriod(
        code=code,
        name=table.text("name"),
        kind=table.choice("kind", get_args(ClockKind)),
        duty=table.choice("duty", get_args(Duty)),
        length=known_length(table, "length"),
        counted_from=table.text("counted_from"),
        **origin(table, layer),
    )
    table.finish()
    return leaf
