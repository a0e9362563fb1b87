"""The ETag of a part of a case: what somebody else does to another part does not refuse a change of this one.

A route declares the part that it changes, and that it changes nothing else. Kept is how often each part was changed so,
and by how much all such changes have raised the case's version. What is left of the version are changes that no part
was declared for, whoever made them: a merge, a timer, another service's event. A part's ETag has both numbers, so that
such a change refuses whatever was read before it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Column, DateTime, Integer, Table, Text, Uuid, func, select
from sqlalchemy.orm import Session

from shared.store.context import ContextKey
from shared.store.database import NamedRow, metadata
from shared.store.statements import rows_into

part_versions = Table(
    "case_part_versions",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("part", Text, primary_key=True, comment="as its address names it; empty: all that were declared"),
    Column("version", Integer, nullable=False, comment="how often it was changed; of all: by how much the case's rose"),
    Column("case_version", Integer, nullable=False, comment="the case's, after the last change"),
    Column("act", Text, nullable=False, comment="of the last change"),
    Column("at", DateTime(timezone=True), nullable=False, comment="of the last change, real time"),
)
_ALL: Final = ""
_LONGEST_NUMBER: Final = 12
_READ: Final[ContextKey[tuple[UUID, int, Mapping[str, "PartVersion"]]]] = ContextKey("part versions")


@dataclass(frozen=True)
class Changed:
    """What was last done to a part, or (`part` is `case`) to more than one; `act` is None where that is not known."""

    part: str
    act: str | None
    at: datetime | None


@dataclass(frozen=True)
class PartVersion:
    """How often one part was changed, and by what last."""

    part: str
    version: int
    case_version: int
    act: str
    at: datetime


@dataclass(frozen=True)
class PartVersions:
    """How often the parts of one case were changed, of one instant."""

    version: int
    rows: Mapping[str, "PartVersion"]

    def etag(self, part: str) -> str:
        """Return the ETag of a part, without quotes."""
        row = self.rows.get(part)
        return f"{part}-{row.version if row else 0}-{self.others}"

    @property
    def others(self) -> int:
        """Return how often the case was changed where no part was declared."""
        row = self.rows.get(_ALL)
        return self.version - (row.version if row else 0)

    def changed_since(self, etag: str, part: str | None) -> Iterator[Changed]:
        """Return what was changed since somebody read the case's ETag, or that of this part."""
        parts = [row for name, row in self.rows.items() if name != _ALL]
        if etag.isascii() and etag.isdecimal():
            rows = [row for row in parts if row.case_version > int(etag[:_LONGEST_NUMBER])]
        else:
            rows = [row for row in parts if row.part == part and not etag.startswith(f"{part}-{row.version}-")]
        yield from (Changed(row.part, row.act, row.at) for row in sorted(rows, key=lambda row: row.case_version))
        if not rows:
            yield Changed("case", None, None)


def read(session: Session, case: UUID, version: int) -> PartVersions:
    """Return the parts' versions of a case whose own version this is; as `keep` holds them, where that was called."""
    kept = _READ.find(session)
    if kept is not None and kept[:2] == (case, version):
        return PartVersions(version, kept[2])
    rows = session.execute(select(part_versions).where(part_versions.c.case_id == case)).mappings()
    return PartVersions(version, _by_part(rows))


def keep(session: Session, case: UUID, version: int, rows: Iterable[NamedRow]) -> None:
    """Hold the parts' versions of a case that were read with it, so that its reply needs no statement more."""
    _READ.put(session, (case, version, _by_part(rows)))


def _by_part(rows: Iterable[NamedRow]) -> dict[str, PartVersion]:
    names = [column.name for column in part_versions.c if column.name != "case_id"]
    return {row["part"]: PartVersion(**{name: row[name] for name in names}) for row in rows}


def raise_part(session: Session, case: UUID, part: str, act: str, by: int, after: int) -> PartVersions:
    """Store that a part of a locked case was changed, by which its version rose; return the versions after it."""
    rows = [
        {"case_id": case, "part": name, "version": rise, "case_version": after, "act": act}
        for name, rise in ((_ALL, by), (part, 1))
    ]
    own = rows_into(part_versions, rows, at=func.now())
    higher = {
        "version": part_versions.c.version + own.excluded.version,
        **{name: own.excluded[name] for name in ("case_version", "act", "at")},
    }
    session.execute(own.on_conflict_do_update(index_elements=["case_id", "part"], set_=higher))
    return read(session, case, after)
