"""The disk of a database is full: the service reports the reason, and needs no restart when there is space again.

The database is in a tablespace on a separate file system, which a file fills. The server's write-ahead log is
elsewhere: if that has no space, PostgreSQL stops, as in `test_stores.py`.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import requests

from deploy.cli.servers import PostgresServer, RabbitServer
from tests.kit import serving
from tests.kit.serving import Site
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration]

ROOM = "64m"
CASE = {"jurisdiction": "NL", "source": "self", "channel": "phone", "language": "bg", "anonymous": True}
#: Rows fill the existing pages of the tables before the server needs a new page.
MOST_WRITES = 2_000
TITLE = "No room in the database"


@pytest.fixture
def small_disk(postgres: PostgresServer) -> Iterator[Path]:
    """Yield a file system of 64 MB, with a folder for the user that runs PostgreSQL."""
    disk = Path(tempfile.mkdtemp(prefix="casepath-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=0711", "tmpfs", disk]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode != 0:
        disk.rmdir()
        pytest.skip("only root can mount a small disk; test_store_errors.py raises the server's own error instead")
    disk.chmod(0o711)  # if root runs the tests, the private server runs as another user, who must enter the folder
    try:
        owner = postgres.directory.joinpath("data").stat()
        tablespace = disk / "tablespace"
        tablespace.mkdir()
        os.chown(tablespace, owner.st_uid, owner.st_gid)
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)
        disk.rmdir()


@pytest.fixture
def site(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, rabbitmq: RabbitServer, small_disk: Path
) -> Iterator[Site]:
    """A site with intake, whose database is on the small disk."""
    rabbitmq.add_vhost("full")
    with serving.opened(tmp_path_factory.mktemp("full"), postgres, rabbitmq.uri("full"), "full") as site:
        site.migrate("intake")
        name = site.database_name("intake")
        with psycopg.connect(postgres.database_url("postgres"), autocommit=True) as connection:
            connection.execute(f"create tablespace small location '{small_disk / 'tablespace'}'".encode())
            connection.execute(f'alter database "{name}" set tablespace small'.encode())
        site.start("intake", **{f"CASEPATH_RATE_{each}": "off" for each in ("CLIENT", "CALLER")})
        site.wait_ready("intake")
        yield site
        site.end()
        with psycopg.connect(postgres.database_url("postgres"), autocommit=True) as connection:
            connection.execute(f'drop database "{name}" with (force)'.encode())
            connection.execute("drop tablespace small")


def _fill(file: Path) -> None:
    """Append to the file until there is no space left."""
    with file.open("ab", buffering=0) as ballast:
        for size in (1024 * 1024, 4096):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                continue


def _is_told_full(at: str) -> bool:
    ready = requests.get(f"{at}/health/ready", timeout=30)
    told = ready.json()
    return ready.status_code == 503 and (told["title"], told["checks"]["database"]) == (TITLE, "full")


@pytest.mark.promise("REL-19", "MONITOR-7")
def test_a_full_disk_is_a_503_and_everything_goes_on_once_there_is_room(site: Site, small_disk: Path) -> None:
    token = site.targets.token(["caseworker"], str(uuid4()), 3600)
    session = requests.Session()
    at = site.installation.address("intake")

    def opened() -> requests.Response:
        own = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        return session.post(f"{at}/v1/cases", json=CASE, headers=own, timeout=30)

    assert opened().status_code == 201
    ballast = small_disk / "ballast"

    def is_full_and_told() -> bool:
        _fill(ballast)  # space that the server used briefly during the first fill is free again
        return _is_told_full(at)

    wait_until(is_full_and_told, "its readiness names the want of room, though nobody has met it yet", 30)
    assert 'casepath_store_full{store="database"} 1.0' in site.exposition("intake")
    read = session.get(f"{at}/v1/work-list", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    assert read.status_code in (200, 503), "nothing is our mistake"
    refused = next((answer for answer in (opened() for _ in range(MOST_WRITES)) if answer.status_code != 201), None)
    assert refused is not None, "the disk was never full"
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert refused.json()["title"] == TITLE
    # Occasionally a row that still fits into a page is stored.
    wait_until(lambda: opened().status_code == 503 and _is_told_full(at), "its readiness names the want of room", 30)
    assert requests.get(f"{at}/health/live", timeout=30).status_code == 200
    assert {opened().status_code for _ in range(20)} <= {201, 503}
    ballast.unlink()
    wait_until(lambda: 'casepath_store_full{store="database"} 0.0' in site.exposition("intake"), "it is no more", 30)
    wait_until(lambda: opened().status_code == 201, "it stores again", 30)
    wait_until(lambda: site.checks("intake").get("broker") == "ok", "it is ready again", 60)
    assert site._running["intake"].poll() is None, "and never ended"
