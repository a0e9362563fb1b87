"""The ETag of a part of a case. A change of another part by someone else does not invalidate it.

A route declares the only part that it changes. For each part, the table stores how many such changes there were, and
by how much they have raised the case's version. The rest of the version counts changes without a declared part: a
merge, a timer, another service's event. A part's ETag contains both numbers, so a change without a declared part
invalidates every ETag that was read before.
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
    """The last change of a part, or (`part` is `case`) of more than one; `act` is None if it is not known."""

    part: str
    act: str | None
    at: datetime | None


@dataclass(frozen=True)
class PartVersion:
    """How often one part was changed, and its last change."""

    part: str
    version: int
    case_version: int
    act: str
    at: datetime


@dataclass(frozen=True)
class PartVersions:
    """How often the parts of one case were changed, at one moment."""

    version: int
    rows: Mapping[str, "PartVersion"]

    def etag(self, part: str) -> str:
        """Return the ETag of a part, without quotes."""
        row = self.rows.get(part)
        return f"{part}-{row.version if row else 0}-{self.others}"

    @property
    def others(self) -> int:
        """Return the number of changes of the case without a declared part."""
        row = self.rows.get(_ALL)
        return self.version - (row.version if row else 0)

    def changed_since(self, etag: str, part: str | None) -> Iterator[Changed]:
        """Return the changes since a reader received the case's ETag, or the ETag of this part."""
        parts = [row for name, row in self.rows.items() if name != _ALL]
        if etag.isascii() and etag.isdecimal():
            rows = [row for row in parts if row.case_version > int(etag[:_LONGEST_NUMBER])]
        else:
            rows = [row for row in parts if row.part == part and not etag.startswith(f"{part}-{row.version}-")]
        yield from (Changed(row.part, row.act, row.at) for row in sorted(rows, key=lambda row: row.case_version))
        if not rows:
            yield Changed("case", None, None)


def read(session: Session, case: UUID, version: int) -> PartVersions:
    """Return the versions of the parts of a case with this version; those passed to `keep`, if it was called."""
    kept = _READ.find(session)
    if kept is not None and kept[:2] == (case, version):
        return PartVersions(version, kept[2])
    rows = session.execute(select(part_versions).where(part_versions.c.case_id == case)).mappings()
    return PartVersions(version, _by_part(rows))


def keep(session: Session, case: UUID, version: int, rows: Iterable[NamedRow]) -> None:
    """Keep the part versions that were read with a case, so that its reply needs no further statement."""
    _READ.put(session, (case, version, _by_part(rows)))


def _by_part(rows: Iterable[NamedRow]) -> dict[str, PartVersion]:
    names = [column.name for column in part_versions.c if column.name != "case_id"]
    return {row["part"]: PartVersion(**{name: row[name] for name in names}) for row in rows}


def raise_part(session: Session, case: UUID, part: str, act: str, by: int, after: int) -> PartVersions:
    """Store the change of a part of a locked case, which raised the case's version. Return the new part versions."""
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
