import os
import socket
import subprocess
import sys
from dataclasses import replace

from deploy.cli.processes import end, identify, port_holder, wait_until
from tests.kit.waiting import PATIENCE


def a_process() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])


def test_a_recorded_pid_counts_only_with_its_start_time() -> None:
    ourselves = identify("we", os.getpid())
    assert ourselves.alive
    assert not replace(ourselves, started="another boot:1").alive


def test_a_process_that_has_ended_but_was_not_waited_for_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        identity = identify("child", child.pid)
        assert wait_until(lambda: not identity.alive, PATIENCE)


def test_ending_leaves_a_process_alone_that_has_taken_over_the_pid() -> None:
    with a_process() as child:
        end(replace(identify("old", child.pid), started="another boot:1"), grace_seconds=0)
        assert child.poll() is None
        end(identify("child", child.pid), grace_seconds=PATIENCE)
        assert child.wait() < 0


def test_the_holder_of_a_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert f"process {os.getpid()} " in port_holder(server.getsockname()[1])
