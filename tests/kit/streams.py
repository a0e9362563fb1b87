"""Hand-made agency streams for a lane to read, with a count of its reads."""

import json
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

NAMES = UUID("0195566e-7a10-7000-8000-00000000abcd")
TYPE, OTHER_TYPE = "org.casepath.intake.referral.sent.v1", "org.casepath.intake.case.opened.v1"


@dataclass(frozen=True)
class HandMadeItem:
    """A copy of a fictitious event."""

    sequence: int
    id: UUID
    type: str
    document: bytes
    event: UUID | None = None


def item(agency: UUID, sequence: int, type_: str = TYPE, told_at: float | None = None) -> HandMadeItem:
    name = uuid5(NAMES, f"{agency}/{sequence}")
    document = {
        "specversion": "1.0",
        "id": str(name),
        "source": "/casepath/intake",
        "type": type_,
        "sequence": f"{sequence:020d}",
        "data": {},
        **({} if told_at is None else {"toldat": f"{told_at:.6f}"}),
    }
    return HandMadeItem(sequence, name, type_, json.dumps(document).encode())


@dataclass
class HandMadeStreams:
    """The events of each agency; `withheld` are positions that it may not receive at the moment."""

    told: dict[UUID, list[HandMadeItem]] = field(default_factory=lambda: defaultdict(list))
    withheld: set[int] = field(default_factory=set)
    reads: int = 0
    #: The position before the first event of any time that a test asks for.
    earlier: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, agency: str | UUID, count: int = 1, type_: str = TYPE, told_at: float | None = None) -> None:
        """Append so many events."""
        agency = UUID(str(agency))
        with self._lock:
            for _ in range(count):
                self.told[agency].append(item(agency, len(self.told[agency]) + 1, type_, told_at))

    def read(self, _session: Session, agency: UUID, *, after: int, limit: int) -> Sequence[HandMadeItem]:
        with self._lock:
            self.reads += 1
            behind = self.told[agency][max(after, 0) :][:limit]
            return [self._emptied(each) if each.sequence in self.withheld else each for each in behind]

    def head(self, _session: Session, agency: UUID) -> int:
        with self._lock:
            return len(self.told[agency])

    def position_before(self, _session: Session, _agency: UUID, _since: datetime) -> int:
        return self.earlier

    def heads(self, _session: Session) -> Mapping[UUID, int]:
        with self._lock:
            return {agency: len(told) for agency, told in self.told.items()}

    def _emptied(self, withheld: HandMadeItem) -> HandMadeItem:
        emptied = b'{"type": "emptied"}'
        return HandMadeItem(withheld.sequence, withheld.id, "emptied", emptied)
