"""Search logs, metrics, dumps and the files of both servers for a marker."""

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg

from deploy.cli.servers.postgres import _binaries
from deploy.cli.stores import key_database
from tests.security.town import SERVICES, Town


def forms(marker: str) -> list[bytes]:
    """Return every possible form of a marker: plain, hex as in dumps of bytea, base64 at each offset, UTF-16."""
    raw = marker.encode()
    shifted = [base64.b64encode(b"x" * offset + raw)[4:-4] for offset in range(3)]
    return [raw, raw.hex().encode(), raw.hex().upper().encode(), *shifted, raw.decode().encode("utf-16-le")]


def holds(content: bytes, marker: str) -> bool:
    return any(each in content for each in forms(marker))


def files(folder: Path) -> Iterator[Path]:
    yield from (each for each in folder.rglob("*") if each.is_file())


def swept(town: Town, marker: str) -> set[str]:
    """Return the places that contain a marker."""
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
        except FileNotFoundError:  # the server has deleted its own file meanwhile
            continue
        if holds(content, marker):
            found.add("write-ahead log" if "pg_wal" in each.parts else f"files of {each.parts[-3]}")
    return found


def dump(town: Town, name: str) -> bytes:
    """Dump a database as a backup would."""
    url = town.postgres.owner_url(town.site.database_name(name))
    return subprocess.run([_binaries() / "pg_dump", url], capture_output=True, check=True).stdout


def rest(town: Town) -> None:
    """Make PostgreSQL flush its memory, so that its files contain all data."""
    with psycopg.connect(town.postgres.database_url("postgres"), autocommit=True) as connection:
        connection.execute("checkpoint")


def read(file: Path) -> bytes:
    """Return the content of a file, or nothing if it was deleted meanwhile."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
