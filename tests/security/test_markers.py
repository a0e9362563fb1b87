"""The planted-marker sweep: words in every field that takes words, then a look at everywhere they might have gone.

The fields are those of the OpenAPI documents, so that a new one is planted by itself. What is searched: logs, metrics,
feeds, audit, a dump of every database, PostgreSQL's files with its write-ahead log, and RabbitMQ's.
"""

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.cli.servers.postgres import _binaries
from deploy.cli.stores import key_database
from tests.security.town import SERVICES, Person, Town

pytestmark = [pytest.mark.security, pytest.mark.integration]
MARKER = "QzxvMarker"
#: Operations that surely take words: without any, the sweep would find nothing because there was nothing.
KEPT = {"intake PUT /v1/cases/{case}/person", "legal POST /v1/cases/{case}/notes"}


def forms(marker: str) -> list[bytes]:
    """Every form in which a marker might stand there: plain, in hex as bytea is dumped, in base64 at each offset."""
    raw = marker.encode()
    shifted = [base64.b64encode(b"x" * offset + raw)[4:-4] for offset in range(3)]
    return [raw, raw.hex().encode(), raw.hex().upper().encode(), *shifted, raw.decode().encode("utf-16-le")]


def holds(content: bytes, marker: str) -> bool:
    return any(each in content for each in forms(marker))


def files(folder: Path) -> Iterator[Path]:
    yield from (each for each in folder.rglob("*") if each.is_file())


def swept(town: Town, marker: str = MARKER) -> set[str]:
    """Give the places that hold a marker."""
    found = set()
    for service in SERVICES:
        for stream in ("stdout", "stderr"):
            if holds(town.site.said(service, stream=stream).encode(), marker):
                found.add(f"log of {service}")
        if holds(town.site.exposition(service).encode(), marker):
            found.add(f"metrics of {service}")
        for name in (service, key_database(service)):
            if holds(dump(town, name), marker):
                found.add(f"dump of {name}")
    for each in (*files(town.postgres.directory), *files(town.rabbitmq.directory)):
        try:
            content = each.read_bytes()
        except FileNotFoundError:  # a server's own, gone meanwhile
            continue
        if holds(content, marker):
            found.add("write-ahead log" if "pg_wal" in each.parts else f"files of {each.parts[-3]}")
    return found


def dump(town: Town, name: str) -> bytes:
    """Dump a database as a backup would."""
    url = town.postgres.owner_url(town.site.database_name(name))
    return subprocess.run([_binaries() / "pg_dump", url], capture_output=True, check=True).stdout


def rest(town: Town) -> None:
    """Let PostgreSQL write all that it has in memory, so that its files say what it says."""
    with psycopg.connect(town.postgres.database_url("postgres"), autocommit=True) as connection:
        connection.execute("checkpoint")


@pytest.fixture(scope="module")
def planted(town: Town) -> tuple[Person, dict[str, int]]:
    """Somebody who put a marker into every field that takes words."""
    person, count = Person(town), 0

    def marker(_name: str) -> str:
        nonlocal count
        count += 1
        return f"{MARKER}{count:04}"

    person.open_case()
    answered = person.fill(marker) | person.fill_endings(marker)
    # A later event of the same services has arrived: what came before it has too.
    Person(town).open_case()
    return person, answered


def test_the_words_got_in_and_are_read_by_whom_they_are_for(town: Town, planted: tuple[Person, dict[str, int]]) -> None:
    person, answered = planted
    taking = {str(each) for each in town.operations if each.body and each.about_case and each.takes_words()}
    assert taking >= KEPT
    assert {name: answered[name] for name in taking if answered[name] >= 300} == {}
    read = town.ask("intake", "GET", f"/v1/cases/{person.case}/person", None, person.token)
    assert MARKER in read.text


def test_no_word_is_found_where_it_is_not_sealed(town: Town, planted: tuple[Person, dict[str, int]]) -> None:
    rest(town)
    assert swept(town) == set()


def test_feeds_and_audit_hold_no_word(town: Town, planted: tuple[Person, dict[str, int]]) -> None:
    person, _answered = planted
    for service in SERVICES:
        audit = town.ask(service, "GET", f"/v1/audit?subject={person.case}", None, person.token)
        assert audit.ok
        assert MARKER not in audit.text


def test_the_sweep_finds_a_marker_that_is_not_sealed(town: Town, planted: tuple[Person, dict[str, int]]) -> None:
    """Planted unsealed: in a table, and in a log; each is found in each of the places where it then is."""
    loose = "QzxvLoose"
    url = town.site.owner_url("legal")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table loose (words text, bytes bytea)")
        connection.execute("insert into loose values (%s, %s)", [loose, loose.encode()])
        rest(town)
        with town.site._log("intake", "stdout").open("ab") as log:
            log.write(loose.encode())
        found = swept(town, loose)
        connection.execute("drop table loose")
    assert {"dump of legal", "write-ahead log", "log of intake"} <= found
    assert any(each.startswith("files of") for each in found)


def test_the_look_into_the_broker_finds_what_a_queue_holds(town: Town) -> None:
    from kombu import Connection

    loose = "QzxvQueued"
    with Connection(town.site.amqp_uri) as connection, connection.SimpleQueue("loose") as queue:
        queue.put(loose, serializer="json", delivery_mode=2)
        queue.get(timeout=10)  # it is there: written, and kept until it is acknowledged
        found = [each for each in files(town.rabbitmq.directory) if holds(_read(each), loose)]
        queue.clear()
    assert found


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
