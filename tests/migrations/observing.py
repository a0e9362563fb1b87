"""Facts about restored databases: their rows, their logs, their audit chains, and the services' responses."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import inspect, select, text
from sqlalchemy.engine import Connection

from deploy.cli.installation import SERVICES
from services.intake import service as intake
from services.legal import service as legal
from services.partners import service as partners
from services.support import service as support
from shared import encryption
from shared.access import tokens
from shared.audit import hash_chain
from shared.audit.trail import audit_log
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.encryption import keys
from shared.encryption.sealed_rows import sealed_columns
from shared.events.envelope import Event, decode, encode
from shared.exchange import eventlog
from shared.sealing.seal import bound, unseal
from shared.store.database import Database, engine_for
from tests.kit.agency_keys import with_key
from tests.kit.client import Client, edge_of
from tests.kit.harness import Harness
from tests.migrations.dumps import Restored

MODULES: Mapping[str, Any] = {"intake": intake, "legal": legal, "support": support, "partners": partners}
#: A database and its table.
Place = tuple[str, str]
#: Each migration changes the rows of this table, which has no other purpose.
NOT_HELD = ("alembic_version",)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Open a database for reading."""
    engine = engine_for(url, pool_size=1)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def columns_of(restored: Restored) -> dict[str, dict[str, list[str]]]:
    """Return each database's tables with their columns."""
    columns = {}
    for database in restored.names:
        with connected(restored.url(database)) as connection:
            tables = inspect(connection)
            names = sorted(set(tables.get_table_names()) - set(NOT_HELD))
            columns[database] = {name: [str(column["name"]) for column in tables.get_columns(name)] for name in names}
    return columns


def rows_of(
    restored: Restored, columns: Mapping[str, Mapping[str, list[str]]]
) -> dict[str, dict[str, tuple[int, str]]]:
    """Return, for each table, the number of rows, and a digest of their values in these columns.

    If a table lacks some of them, their names replace the digest.
    """
    rows, present = {}, columns_of(restored)
    for database, tables in columns.items():
        with connected(restored.url(database)) as connection:
            rows[database] = {
                table: _gone(names, present[database].get(table, []))
                or digest_of(connection, table, [f'"{name}"' for name in names])
                for table, names in tables.items()
            }
    return rows


def _gone(before: list[str], after: list[str]) -> tuple[int, str] | None:
    names = sorted(set(before) - set(after))
    return (0, f"gone: {', '.join(names)}") if names else None


def digest_of(connection: Connection, table: str, row: list[str], *, where: str = "true") -> tuple[int, str]:
    """Return the number of rows that meet a condition, and a digest of the values of these expressions in them."""
    query = f"""
        select count(*), md5(coalesce(string_agg(digest, '' order by digest collate "C"), ''))
        from (select md5(row({", ".join(row)})::text) as digest from "{table}" where {where}) as digests
    """  # noqa: S608 - its own names
    count, digest = connection.execute(text(query)).one()
    return int(count), str(digest)


def count_of(connection: Connection, table: str, *, where: str) -> int:
    """Return how many rows of a table meet a condition."""
    return digest_of(connection, table, [], where=where)[0]


@contextmanager
def house_of(restored: Restored, service: str, at: datetime) -> Iterator[Harness]:
    """Open the edge of one service on its restored databases, with the domain's clock at an instant."""
    database = Database(engine_for(restored.url(service)))
    key_store = engine_for(restored.keys_url(service), pool_size=4)
    clock, ring = TimeSource(movable=True), encryption.FileRing(restored.dump.ring(service))
    database.provide(TIME_SOURCE, clock)
    database.provide(encryption.KEYS, encryption.Keys(key_store, ring, service))
    parts = MODULES[service].PARTS
    door = edge_of(database, parts, clock=clock)
    house = Harness(service, database, clock, door, parts, MODULES[service].SERVICE)
    try:
        house.move_clock(at)
        yield house
    finally:
        database.engine.dispose()
        key_store.dispose()


class SealedPlace(NamedTuple):
    """An encrypted column by the names to which its values are bound, and its current table and column."""

    table: str
    column: str
    now: tuple[str, str]

    @property
    def name(self) -> str:
        """Return the name of the place in lists."""
        return f"{self.table}.{self.column}"


def sealed_places(service: str) -> list[SealedPlace]:
    """Return the encrypted columns of a service's models."""
    return [
        SealedPlace(table.name, str(column.key), (table.name, str(column.key)))
        for table in MODULES[service].PARTS.migrations.metadata[-1].sorted_tables
        for column in sealed_columns(table)
    ]


class Read(NamedTuple):
    """The response of a service; for a refusal only its status, because its texts may change."""

    status: int
    reply: Any


def read(house: Harness, request: Mapping[str, Any]) -> Read:
    """Send a request as the member of staff that it names."""
    reader = Client(house.door, *request["roles"], subject=UUID(request["subject"]), service=house.service_class)
    answer = reader.ask("GET", request["path"])
    is_refused = answer.status_code >= HTTPStatus.BAD_REQUEST
    return Read(answer.status_code, None if is_refused else json.loads(answer.get_data(as_text=True)))


def log_of(house: Harness) -> list[Event]:
    """Return a service's whole log as its followers receive it. Fails unless its head is its last event."""
    with house.database.transaction() as session:
        head = eventlog.number(session)
    with house.database.transaction() as session:
        events = [decode(encode(event)) for event in eventlog.read(session, house.name, after=0, limit=head + 1)]
    assert events[-1].position == head
    return events


class Audited(NamedTuple):
    """An audit log: its rows, the links of its chain, and the signed checkpoints that agree with the chain."""

    rows: int
    links: int
    checkpoints: int


def audited(house: Harness, key_set: str) -> Audited:
    """Recompute the chain of a service's audit log. Fails at the first invalid link or checkpoint."""
    chain, checkpoints = hash_chain.audit_chain, hash_chain.checkpoints
    links = select(chain.c.place, chain.c.hash, audit_log).join(audit_log, audit_log.c.number == chain.c.number)
    with house.database.transaction() as session:
        rows = len(session.execute(select(audit_log.c.number)).all())
        chained = [dict(row) for row in session.execute(links.order_by(chain.c.place)).mappings()]
        signed = list(session.scalars(select(checkpoints.c.signed)))
    hashes = [hash_chain.BEGINNING]
    for place, row in enumerate(chained, start=1):
        hashes.append(hash_chain.link(hashes[-1], row))
        assert (row["place"], row["hash"]) == (place, hashes[-1]), f"link {place} of {house.name}"
    for checkpoint in signed:
        issuer = tokens.service_issuer(house.name)
        statement = tokens.read_signed(checkpoint, key_set, kind=hash_chain.STATEMENT, issuer=issuer)
        assert statement["hash"] == hashes[statement["place"]].hex()
    return Audited(rows, len(chained), len(signed))


def opened_keys(restored: Restored, service: str) -> int:
    """Decrypt every data key of a service with the stored ring; returns their number."""
    ring = encryption.FileRing(restored.dump.ring(service))
    with connected(restored.keys_url(service)) as connection:
        rows = connection.execute(select(keys.case_keys)).all()
    for row in rows:
        place = encryption.Cell("case_keys", "wrapped", row.subject)
        ring.unwrap(row.ring_key, row.wrapped, bound(service, row.subject, place))
    return len(rows)


def erased(restored: Restored, service: str) -> list[str]:
    """Return the cases for which a service creates no more keys."""
    with connected(restored.keys_url(service)) as connection:
        return sorted(str(case) for case in connection.scalars(select(keys.tombstones.c.subject)))


def opened_values(restored: Restored, service: str, places: Iterable[SealedPlace]) -> dict[str, tuple[int, str]]:
    """Decrypt every encrypted value of a service; return, for each place, their number, and a digest of their content.

    Each value is bound to the names of its place, even if the column has moved. Fails for a value that cannot be
    decrypted.
    """
    opened: dict[str, list[bytes]] = {}
    ring = encryption.FileRing(restored.dump.ring(service))
    with connected(restored.keys_url(service)) as connection:
        keys_of = {
            row.subject: ring.unwrap(
                row.ring_key,
                row.wrapped,
                bound(service, row.subject, encryption.Cell("case_keys", "wrapped", row.subject)),
            )
            for row in connection.execute(select(keys.case_keys))
        }
    with connected(restored.url(service)) as connection:
        for place in places:
            query = text(f'select * from "{place.now[0]}" where "{place.now[1]}" is not null')  # noqa: S608 - our names
            for row in connection.execute(query).mappings():
                value = _opened(service, place, bytes(row[place.now[1]]), row, keys_of)
                opened.setdefault(place.name, []).append(value)
    return {name: (len(values), sha256(b"\0".join(sorted(values))).hexdigest()) for name, values in opened.items()}


def _opened(
    service: str, place: SealedPlace, value: bytes, row: Mapping[Any, Any], keys_of: Mapping[UUID, bytes]
) -> bytes:
    ids = [each for each in row.values() if isinstance(each, UUID)]
    numbers = [each for each in row.values() if isinstance(each, int)]
    # A row without a subject is encrypted with the key of another table's row.
    for subject in [each for each in ids if each in keys_of] or keys_of:
        for row_id in (*ids, *(uuid5(subject, str(number)) for number in numbers)):
            cell = encryption.Cell(place.table, place.column, row_id)
            with suppress(encryption.SealBroken):
                return unseal(keys_of[subject], value, bound(service, subject, cell))
    raise AssertionError(f"a value of {place.name} does not open")


def empty_places(restored: Restored) -> list[str]:
    """Return the encrypted columns in which no row has a value."""
    places = {service: sealed_places(service) for service in SERVICES}
    return [
        f"{service} {place}"
        for service, own in places.items()
        for place in sorted({each.name for each in own} - opened_values(restored, service, own).keys())
    ]


def stream_of(house: Harness, key: str) -> list[Any]:
    """Return an agency's stream, as the agency reads it with its key, which is stored without its prefix."""
    reader = with_key(house, f"cpk_{key}")
    documents: list[Any] = []
    while page := reader.told("GET", f"/v1/feed?after={len(documents)}&limit=200"):
        documents += page
    return documents


def observe(
    restored: Restored, requests: list[dict[str, Any]], at: datetime, streams: list[dict[str, str]]
) -> dict[str, Any]:
    """Write down all facts with which a later release is compared, including the responses to the requests."""
    columns = columns_of(restored)
    facts: dict[str, Any] = {"at": at.isoformat(), "columns": columns, "rows": rows_of(restored, columns)}
    facts |= {"logs": {}, "audit": {}, "keys": {}, "erased": {}, "reads": [], "sealed": {}}
    for service in SERVICES:
        facts["keys"][service] = opened_keys(restored, service)
        facts["erased"][service] = erased(restored, service)
        facts["sealed"][service] = opened_values(restored, service, sealed_places(service))
        with house_of(restored, service, at) as house:
            facts["audit"][service] = audited(house, restored.dump.key_set)
            facts["logs"][service] = len(log_of(house))
            own = [request for request in requests if request["service"] == service]
            facts["reads"] += [{**request, **read(house, request)._asdict()} for request in own]
            if service == "partners":
                facts["streams"] = [stream_of(house, stream["key"]) for stream in streams]
    return facts
