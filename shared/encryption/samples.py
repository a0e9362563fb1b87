"""Check that keys and data match: decrypt every data key with the ring, and samples of each encrypted column.

After a restore, data, keys and ring come from different backups. This check finds mismatches before users do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, MetaData, select
from sqlalchemy.engine import Engine

from shared.encryption.sealed_rows import sealed_columns
from shared.encryption.tables import case_keys, tombstones
from shared.sealing.ring import Ring, RingRefused
from shared.sealing.seal import Cell, SealBroken, bound, unseal
from shared.store.database import TableRow

#: Maximum number of rows of each table to decrypt.
SAMPLE = 1_000
_PAGE = 1_000


@dataclass
class Samples:
    """Numbers of decrypted keys and values. `without_key` counts values whose keys are lost, not erased."""

    keys: int = 0
    keys_unopened: int = 0
    opened: int = 0
    unopened: int = 0
    without_key: int = 0
    of_erased: int = 0
    #: Tables and columns with values that could not be decrypted.
    places: list[str] = field(default_factory=list)


def look(data: Engine, keys: Engine, ring: Ring, service: str, metadata: Iterable[MetaData]) -> Samples:
    """Decrypt every data key of a service, and samples of its data, without changing or showing anything."""
    samples = Samples()
    data_keys = dict(_unwrapped(keys, ring, service, samples))
    with keys.connect() as connection:
        erased = set(connection.scalars(select(tombstones.c.subject)))
    columns = [column for tables in metadata for table in tables.sorted_tables for column in sealed_columns(table)]
    for column in columns:
        with data.connect() as connection:
            rows = connection.execute(select(column.table).where(column.is_not(None)).limit(SAMPLE)).all()
        for row in rows:
            _try_row(row, column, service, data_keys, erased, samples)
    return samples


def _unwrapped(keys: Engine, ring: Ring, service: str, samples: Samples) -> Iterator[tuple[UUID, bytes]]:
    with keys.connect() as connection:
        for row in connection.execute(select(case_keys).execution_options(yield_per=_PAGE)):
            samples.keys += 1
            place = Cell(case_keys.name, "wrapped", row.subject)
            try:
                yield row.subject, ring.unwrap(row.ring_key, row.wrapped, bound(service, row.subject, place))
            except (RingRefused, SealBroken):
                samples.keys_unopened += 1


def _try_row(
    row: TableRow,
    column: ColumnElement[bytes],
    service: str,
    data_keys: dict[UUID, bytes],
    erased: set[UUID],
    samples: Samples,
) -> None:
    named = row._mapping  # noqa: SLF001 - the public way to a row by its columns' names
    ids = {value for value in named.values() if isinstance(value, UUID)}
    numbers = {value for value in named.values() if isinstance(value, int)}
    if any(_opens(named[column.name], column, service, data_keys, subject, ids, numbers) for subject in ids):
        samples.opened += 1
        return
    if ids & erased:
        samples.of_erased += 1  # belongs to erased data, which nothing decrypts
        return
    if ids & data_keys.keys():
        samples.unopened += 1
    else:
        samples.without_key += 1
    place = f"{column.table.name}.{column.name}"
    if place not in samples.places:
        samples.places.append(place)


def _opens(
    sealed: bytes,
    column: ColumnElement[bytes],
    service: str,
    data_keys: dict[UUID, bytes],
    subject: UUID,
    ids: set[UUID],
    numbers: set[int],
) -> bool:
    """Return whether a value can be decrypted with a subject's key and the place that its row names."""
    key = data_keys.get(subject)
    # A row without an id is bound to an id derived from its owner's id and its number.
    rows = {*ids, *(uuid5(subject, str(number)) for number in numbers)}
    return key is not None and any(
        _fits(key, sealed, bound(service, subject, Cell(column.table.name, column.name, row))) for row in rows
    )


def _fits(key: bytes, sealed: bytes, bound_to: bytes) -> bool:
    try:
        unseal(key, sealed, bound_to)
    except SealBroken:
        return False
    return True
