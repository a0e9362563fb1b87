"""Metrics that only the database can provide: queried periodically in every replica."""

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
    """A metric, and the statement that returns its value."""

    gauge: Gauge
    figure: Select[float] | Select[int]


def age_of(oldest: ColumnElement[Any]) -> ColumnElement[float]:
    """Return the seconds since an instant of the database; 0 if it is null, because nothing waits."""
    return func.greatest(func.coalesce(func.extract("epoch", func.now() - oldest), 0), 0)


class Measuring(Loop):
    """Loop that queries each metric; while the database is unavailable, the last values remain."""

    def __init__(self, database: Database, measures: Sequence[Measure]) -> None:
        """Store the metrics and the database."""
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
        """Query each metric once, in its own statement; a failure does not affect the others."""
        with self._database.reading() as session:
            for measure in self._measures:
                # control: H-OPERATION-6 each-measure-alone
                try:
                    measure.gauge.set(float(session.scalars(measure.figure).one()))
                except SQLAlchemyError as error:
                    if is_passing(error):
                        raise
                    self.report(error)
