"""Figures that only the database knows: each is asked for again and again, in every replica, and served as a metric."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prometheus_client import Gauge
from sqlalchemy import ColumnElement, Select, func
from sqlalchemy.exc import SQLAlchemyError

from shared.store.database import Database, is_passing
from shared.store.loop import Loop
from shared.telemetry.logs import logger

LOOK_SECONDS = 15.0

log = logger()


@dataclass(frozen=True)
class Measure:
    """A metric, and the statement that returns its one figure."""

    gauge: Gauge
    figure: Select[float] | Select[int]


def age_of(oldest: ColumnElement[Any]) -> ColumnElement[float]:
    """Return the seconds since an instant of the database; 0 where it is null, since nothing waits."""
    return func.greatest(func.coalesce(func.extract("epoch", func.now() - oldest), 0), 0)


class Measuring(Loop):
    """Loop that asks for each figure; while the database is away, what was seen last stays."""

    def __init__(self, database: Database, measures: Sequence[Measure]) -> None:
        """Store what is measured, and where."""
        super().__init__(self.look, pause=LOOK_SECONDS, passing=(SQLAlchemyError,))
        self._database = database
        self._measures = measures

    def report(self, error: Exception) -> None:
        """Log that nothing was measured."""
        if is_passing(error):
            log.info("measures.interrupted", reason=type(error).__name__)
        else:
            log.error("measures.failed", exc_info=error)

    def look(self) -> None:
        """Ask for each figure once, in a statement of its own; one that fails keeps no other from being asked for."""
        with self._database.reading() as session:
            for measure in self._measures:
                # control: H-OPERATION-6 each-measure-alone
                try:
                    measure.gauge.set(float(session.scalars(measure.figure).one()))
                except SQLAlchemyError as error:
                    if is_passing(error):
                        raise
                    self.report(error)
