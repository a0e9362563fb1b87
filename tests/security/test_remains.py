"""Search every table of every database, and the broker's files, for data of an erased person."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.cli import servers
from deploy.cli.installation import CHECKOUT
from deploy.cli.stores import key_database
from services.registry import parts_of
from shared import encryption
from tests.kit.private_servers import folder_for
from tests.kit.waiting import wait_until
from tests.security.town import SERVICES, OpenTown, Person, Town

pytestmark = [pytest.mark.security, pytest.mark.integration]

#: Requests that record facts about the case: their events contain codes, days or ids.
TELLING = ("/detections", "/consents", "/advice", "/notes", "/matters", "/services", "/urgent-needs", "/safe-contact")


@pytest.fixture(scope="module")
def town(open_town: OpenTown, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Start the services at a separate broker, because other tests publish unsealed messages."""
    port, distribution, epmd = servers.free_ports(3)
    with (
        folder_for("remains", tmp_path_factory.mktemp("broker")) as folder,
        servers.rabbitmq(folder, port, distribution_port=distribution, epmd_port=epmd, keep=False) as broker,
        open_town(broker, "remains") as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def person(town: Town) -> Person:
    """Return a person with data in every service, and with events that contain facts."""
    person = Person(town)
    person.open_case()
    for role in ("legal_adviser", "counsellor"):
        told = {"member": person.subject, "role": role}
        town.ask("intake", "POST", f"/v1/cases/{person.case}/team", told, person.token, about=person.case)
    person._fill([each for each in person._changing() if each.path.endswith(TELLING)], lambda _name: "Fictitious.")
    return person


@pytest.mark.promise("SEC-83", "RIGHT-17")
def test_every_table_is_in_the_list_of_what_an_erasure_leaves() -> None:
    """A new table is erased by its `case_id` column, or listed. The list names no table that was removed."""
    listed = told_of()
    tables = {"rebuild schema": True}
    for service in SERVICES:
        for metadata in parts_of(service)[0].migrations.metadata:
            tables |= {table.name: "case_id" in table.c for table in metadata.tables.values()}
    for metadata in encryption.MIGRATIONS.metadata:
        tables |= {table.name: False for table in metadata.tables.values()}
    assert {name for name, has_case in tables.items() if not has_case} - listed.keys() == set(), (
        "say what becomes of it"
    )
    assert listed.keys() - tables.keys() == set(), "no such table"


@pytest.mark.promise("SEC-62", "REL-31", "RIGHT-18")
def test_before_an_erasure_too_the_broker_s_files_hold_nothing_that_can_be_read(town: Town, person: Person) -> None:
    """Queues and write-ahead files contain the latest events, but the case, codes and days are not readable in them."""
    words = [person.case, *(f'"{code}"' for code in events_codes(town, person))]
    assert len(words) > 10, "the case's events say something"
    written = {place: content(place) for place in files(town.rabbitmq.directory)}
    assert any("vnd.casepath.sealed" in text for text in written.values()), "these are the files that hold messages"
    assert {place.name for place, text in written.items() for word in words if word in text} == set()


@pytest.mark.promise("SEC-83", "RIGHT-17")
@pytest.mark.hazard("H-CONFIDENTIALITY-4", control="erased-by-default")
def test_no_table_names_an_erased_case_but_those_that_the_list_keeps(town: Town, person: Person) -> None:
    before = {table for table, _ in naming(town, person.case)}
    assert {"cases", "idempotency_keys", "follow_digests", "case_team"} <= before
    erase(town, person)
    kept = {name for name, what in told_of().items() if what.startswith("kept")}
    after = naming(town, person.case)
    assert {table for table, _ in after} - kept == set()
    assert person.case not in "".join(content(place) for place in files(town.rabbitmq.directory))


def told_of() -> dict[str, str]:
    """Return the entry of each table in docs/reference/erased-tables.md: `emptied`, or `kept` and why."""
    page = CHECKOUT.joinpath("docs", "reference", "erased-tables.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+`) \| (\w.*) \|$", page, re.MULTILINE)
    return {name.strip("`"): what for names, what in rows for name in names.split(", ")}


def events_codes(town: Town, person: Person) -> set[str]:
    """Return the longer values in the case's own events."""
    found: set[str] = set()
    for service in SERVICES:
        with psycopg.connect(town.site.database_url(service)) as connection:
            for (told,) in connection.execute("select data from event_log where subject = %s", [person.case]):
                found |= set(words(told))
    return found


def words(told: Any) -> list[str]:
    if isinstance(told, dict):
        return [word for inner in told.values() for word in words(inner)]
    if isinstance(told, list):
        return [word for inner in told for word in words(inner)]
    return [told] if isinstance(told, str) and len(told) > 9 else []


def files(folder: Path) -> Iterator[Path]:
    yield from (place for place in folder.rglob("*") if place.is_file())


def content(place: Path) -> str:
    try:
        return place.read_bytes().decode("latin-1")
    except FileNotFoundError:  # the server has deleted its own file meanwhile
        return ""


def naming(town: Town, case: str) -> set[tuple[str, str]]:
    """Return the tables, each with its database, in which a row names a case."""
    found = set()
    for service in SERVICES:
        for database in (service, key_database(service)):
            with psycopg.connect(town.site.database_url(database)) as connection:
                query = "select schemaname, tablename from pg_tables where schemaname <> all (%s)"
                for schema, table in connection.execute(query, [["pg_catalog", "information_schema"]]).fetchall():
                    rows = f'select exists (select from "{schema}"."{table}" t where t::text like %s)'  # noqa: S608
                    if connection.execute(rows, [f"%{case}%"]).fetchone() == (True,):
                        found.add((table if schema == "public" else f"{schema} schema", database))
    return found


def erase(town: Town, person: Person) -> None:
    """Erase the case, and wait for all holders."""
    path = f"/v1/cases/{person.case}/erasure-requests"
    asked = town.ask("intake", "POST", path, {}, person.token)
    assert asked.ok, asked.text
    which = asked.json()["id"]

    def version() -> str:
        return str(town.ask("intake", "GET", path, None, person.token).headers["ETag"])

    for checked in ("coercion", "third_party"):
        ok = town.ask(
            "intake", "POST", f"{path}/{which}/checks", {"checked": checked}, person.token, **{"If-Match": version()}
        )
        assert ok.ok, ok.text
    # The officer who checks a request may not decide on it.
    officer = Person(town, case=person.case)
    decided = town.ask(
        "intake", "POST", f"{path}/{which}/decision", {"decision": "order"}, officer.token, **{"If-Match": version()}
    )
    assert decided.ok, decided.text

    def is_complete() -> bool:
        return bool(
            town.ask("intake", "GET", f"/v1/erasures/{which}", None, person.token).json()["state"] == "complete"
        )

    wait_until(is_complete, "every holder has answered", 60)
