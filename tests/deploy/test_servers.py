import errno
import os
import pwd
import socket
from collections.abc import Iterator
from pathlib import Path

import amqp
import psutil
import psycopg
import pytest

from deploy.cli import servers
from deploy.cli.errors import MissingOnThisMachine
from deploy.cli.servers.rabbitmq_programs import look_for_programs, version_fits

pytestmark = pytest.mark.integration


def _works_in(process: psutil.Process, folder: Path) -> bool:
    if any(str(folder) in argument for argument in process.cmdline()):
        return True
    # In a container, root may not inspect another user's process; the check of its command line above still works.
    return Path(process.cwd()).is_relative_to(folder)


def processes_in(folder: Path) -> list[str]:
    """Return the names of the processes that work in a folder or below it."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and _works_in(process, folder):
                found.append(process.name())
        except psutil.Error:
            continue
    return found


def test_a_private_postgres_gives_each_service_a_database_that_no_other_may_enter(tmp_path: Path) -> None:
    (port,) = servers.free_ports(1)
    with servers.postgres(tmp_path, port, keep=False) as server:
        directory = server.directory
        assert processes_in(directory)
        with psycopg.connect(server.owner_url("intake")) as connection:
            connection.execute("create table kept (value int)")
            connection.execute("insert into kept values (7)")
        password = server.database_url("intake").partition("intake:")[2].partition("@")[0]
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(host="127.0.0.1", port=port, user="intake", password=password, dbname="legal")
        server.kill()
        server.start()
        with psycopg.connect(server.owner_url("intake")) as connection:
            assert connection.execute("select value from kept").fetchone() == (7,)
    assert processes_in(directory) == []
    assert not directory.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="the servers run as ourselves")
def test_as_root_the_server_runs_as_a_user_without_rights(tmp_path: Path) -> None:
    (port,) = servers.free_ports(1)
    with servers.postgres(tmp_path, port, keep=False) as server:
        assert server.pid
        assert psutil.Process(server.pid).uids().real == pwd.getpwnam("casepath").pw_uid


def test_the_databases_of_an_earlier_run_are_there_with_the_same_passwords(tmp_path: Path) -> None:
    (port,) = servers.free_ports(1)
    with servers.postgres(tmp_path, port, databases=("intake",), durable=False) as server:
        url = server.database_url("intake")
    with servers.postgres(tmp_path, port, databases=("intake",), durable=False, keep=False):
        psycopg.connect(url).close()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[servers.RabbitServer]:
    (port,) = servers.free_ports(1)
    with servers.rabbitmq(tmp_path, port, keep=False) as server:
        yield server
    assert processes_in(server.directory) == []
    assert not server.directory.exists()


@pytest.mark.slow
@pytest.mark.skipif(look_for_programs() is None, reason="RabbitMQ is not installed")
def test_a_private_node_has_its_own_user_and_quorum_queues_and_goes_without_a_trace(
    broker: servers.RabbitServer,
) -> None:
    password = broker.amqp_uri.partition("casepath:")[2].partition("@")[0]
    connection = amqp.Connection(f"127.0.0.1:{broker.port}", "casepath", password, virtual_host="casepath")
    connection.connect()
    connection.channel().queue_declare("inbox", durable=True, auto_delete=False)
    connection.close()
    assert broker.ctl("list_queues", "-p", "casepath", "name", "type").split()[-2:] == ["inbox", "quorum"]
    assert "guest" not in broker.ctl("list_users")
    broker.add_vhost("another")
    assert "another\tquorum" in broker.ctl("list_vhosts", "name", "default_queue_type")


def test_versions_older_than_4_are_refused() -> None:
    assert version_fits("4.0.5")
    assert version_fits("4.10.0")
    assert not version_fits("3.13.7")


def test_a_missing_broker_is_told_with_the_exact_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASEPATH_RABBITMQ_BIN", str(tmp_path))
    (port,) = servers.free_ports(1)
    with pytest.raises(MissingOnThisMachine) as refused, servers.rabbitmq(tmp_path, port):
        pytest.fail("started from nothing")  # pragma: no cover
    assert refused.value.exit_code == 2
    assert "rabbitmq" in refused.value.next_step
    assert "CASEPATH_INTAKE_AMQP_URI" in refused.value.next_step


def test_a_free_port_is_given_to_nobody_else_before_its_server_listens() -> None:
    (port,) = servers.free_ports(1)
    with pytest.raises(OSError, check=lambda error: error.errno == errno.EADDRINUSE), socket.socket() as other:
        other.bind(("127.0.0.1", port))
    with socket.create_server(("127.0.0.1", port)) as server:
        socket.create_connection(server.getsockname()).close()
