"""The register of agencies, followed by every service except its owner: the events that are read, and the copy.

TOPIC = Topic(__name__, reads=registers.AGENCIES.reads, projections=(registers.AGENCIES.projection,))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from shared.access import agencies
from shared.events.contract import Read, Received
from shared.exchange.follower import Projection, ReadModelTable


@dataclass(frozen=True)
class FollowedRegister:
    """A register of another service: `table` is its copy, and the table's `id` is the subject of the events."""

    table: str
    reads: tuple[Read, ...]
    project: Callable[[Session, Sequence[Received]], None]

    @property
    def projection(self) -> Projection:
        """The projection that maintains the copy."""
        return Projection(
            self.table, frozenset(read.key for read in self.reads), self.project, (ReadModelTable(self.table, "id"),)
        )


AGENCIES: Final = FollowedRegister("agencies", agencies.reads_of("partners"), agencies.project)
