"""The table of dangers: which recorded values mean that a person is in danger, and how soon staff must act."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from shared.reference import code_lists
from shared.reference.codelists import CodeList
from shared.reference.errors import BrokenReference
from shared.reference.reading import Table, read

DANGERS: Final = Path(__file__).parent / "danger.toml"
#: The services that record statements of persons and staff.
SERVICES: Final = ("intake", "legal", "support")
#: The kind of an alert about an unknown code.
CHECK_THIS: Final = "check_this"
#: The urgency of an unjudged danger. It is treated as immediate.
UNKNOWN: Final = "unknown"
_RANK: Final[Mapping[str, int]] = {"this_week": 0, "today": 1, "immediate": 2, UNKNOWN: 2}


class Saying(NamedTuple):
    """A field that reports danger, and the kind of danger."""

    field: str
    kind: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class DangerRow:
    """One row of the table: these values of this field report a danger of this kind.

    `when`: the values that other fields of the record must have. `codes`: all values of the field's code list; empty
    if it has none. `computed`: no column stores the value in the clear, so its topic reports it.
    """

    service: str
    record: str
    table: str
    field: str
    values: frozenset[str]
    when: Mapping[str, frozenset[str]] = dataclasses.field(hash=False)
    code_list: str | None
    codes: frozenset[str]
    computed: bool
    kind: str
    urgency: str

    @property
    def key(self) -> tuple[str, str, str, tuple[str, ...], str]:
        """Return the key that distinguishes this row from the others."""
        return self.service, self.table, self.field, tuple(sorted(self.values)), self.kind

    def finds(self, values: Mapping[str, object]) -> tuple[Saying, str] | None:
        """Return the danger that a record with these values reports, and its urgency; None if it reports none."""
        value = written(values.get(self.field))
        if value is None or any(written(values.get(name)) not in those for name, those in self.when.items()):
            return None
        if value in self.values:
            return Saying(self.field, self.kind), self.urgency
        return (Saying(self.field, CHECK_THIS), UNKNOWN) if self.codes and value not in self.codes else None


# control: H-DANGER-1 danger-table-is-complete
@dataclasses.dataclass(frozen=True)
class Dangers:
    """The whole table: the rows of the product, and those that the installation adds."""

    rows: tuple[DangerRow, ...]

    def of(self, service: str, table: str) -> tuple[DangerRow, ...]:
        """Return the rows about a table of a service."""
        return self._by_table.get((service, table), ())

    @cached_property
    def _by_table(self) -> Mapping[tuple[str, str], tuple[DangerRow, ...]]:
        by_table: dict[tuple[str, str], tuple[DangerRow, ...]] = {}
        for row in self.rows:
            by_table[row.service, row.table] = (*by_table.get((row.service, row.table), ()), row)
        return MappingProxyType(by_table)


def written(value: object) -> str | None:
    """Return a column's value in the table's notation."""
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def said(rows: Iterable[DangerRow], values: Mapping[str, object]) -> dict[Saying, str]:
    """Return the dangers that a record reports by these rows, each with the highest urgency of its rows."""
    urgencies: dict[Saying, str] = {}
    for saying, urgency in filter(None, (row.finds(values) for row in rows)):
        urgencies[saying] = more_urgent(urgency, urgencies.get(saying))
    return urgencies


def more_urgent(urgency: str, other: str | None) -> str:
    """Return the more urgent of two urgencies."""
    return urgency if other is None or _RANK[urgency] > _RANK[other] else other


@cache
def shipped() -> Dangers:
    """Return the table of the product. Raises `BrokenReference`."""
    return load_dangers()


def load_dangers(*paths: Path) -> Dangers:
    """Read the table, and the rows that an installation adds. Raises `BrokenReference` with the file and the place."""
    lists = code_lists()
    return Dangers(tuple(row for path in (DANGERS, *paths) for row in _rows(path, lists)))


def _rows(path: Path, lists: Mapping[str, CodeList]) -> Iterator[DangerRow]:
    content = read(path)
    tables = content.tables("danger")
    content.finish()
    if not tables:
        raise BrokenReference(path.name, "has no rows")
    for table in tables:
        yield _row(table, lists)


def _row(table: Table, lists: Mapping[str, CodeList]) -> DangerRow:
    name = table.optional_text("list")
    code_list = None if name is None else _named(table, name, lists)
    row = DangerRow(
        service=table.choice("service", SERVICES),
        record=table.choice("record", lists["record_class"].values),
        table=table.text("table"),
        field=table.text("field"),
        values=frozenset(table.texts("values")),
        when=_when(table),
        code_list=name,
        codes=frozenset() if code_list is None else frozenset(code_list.values),
        computed=table.flag("computed", default=False),
        kind=table.choice("kind", lists["danger_type"].values),
        urgency=table.choice("urgency", tuple(_RANK)),
    )
    table.finish()
    if code_list is not None and not row.values <= row.codes:
        raise BrokenReference(table.at("values"), f"has a value that the list {name} does not have")
    return row


def _named(table: Table, name: str, lists: Mapping[str, CodeList]) -> CodeList:
    if name not in lists:
        raise BrokenReference(table.at("list"), "is no code list")
    return lists[name]


def _when(table: Table) -> Mapping[str, frozenset[str]]:
    if not table.has("when"):
        return MappingProxyType({})
    conditions = table.table("when")
    return MappingProxyType({name: frozenset(conditions.texts(name)) for name in tuple(conditions.names())})
