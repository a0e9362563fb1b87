import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.cli.child import Program
from deploy.cli.child_processes import ChildProcesses
from deploy.cli.errors import DidNotStart, StopAsked
from deploy.cli.installation import CHECKOUT
from deploy.cli.processes import ProcessIdentity, setpriv, wait_until
from tests.kit.waiting import PATIENCE

LONG = PATIENCE
DEAF = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('begun', flush=True)\nsignal.pause()"


class Witness:
    """The messages, the output and the recorded identities of a run's child processes."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.lines: list[tuple[str, str]] = []
        self.recorded: list[ProcessIdentity] = []
        self.children = ChildProcesses(
            self.said.append, lambda name, line: self.lines.append((name, line)), self.record
        )

    def record(self, processes: list[ProcessIdentity]) -> None:
        self.recorded = processes

    def shown(self, name: str, line: str) -> bool:
        return wait_until(lambda: (name, line) in self.lines, LONG)

    def pid(self, name: str) -> int:
        return next(each.pid for each in self.recorded if each.name == name)


@pytest.fixture
def witness() -> Iterator[Witness]:
    witness = Witness()
    yield witness
    witness.children.ask_to_stop()
    witness.children.ask_to_stop()
    witness.children.stop()


MakeProgram = Callable[..., Program]


def test_start_returns_when_the_program_is_ready(witness: Witness, program: MakeProgram) -> None:
    ready = lambda: ("slow", "begun") in witness.lines  # noqa: E731 - named for the reader
    witness.children.start(program("slow", ready=ready))
    assert ready()
    assert witness.recorded[0].name == "slow"


def test_programs_are_stopped_in_reverse_order(witness: Witness, program: MakeProgram) -> None:
    for name in ("first", "second", "third"):
        witness.children.start(program(name))
        assert witness.shown(name, "begun")
    witness.children.stop()
    assert [name for name, line in witness.lines if line == "ended"] == ["third", "second", "first"]
    assert witness.recorded == []


def test_a_killed_child_is_started_again_and_that_is_said(witness: Witness, program: MakeProgram) -> None:
    witness.children.start(program("intake"))
    witness.children.watch()
    assert witness.shown("intake", "begun")
    first = witness.pid("intake")
    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: len(witness.said) >= 2, LONG)
    assert witness.pid("intake") != first
    assert all("intake" in sentence for sentence in witness.said)
    assert any("SIGKILL" in sentence for sentence in witness.said)


def test_a_program_that_ends_before_it_is_ready_is_told_with_its_last_words(
    witness: Witness, program: MakeProgram
) -> None:
    with pytest.raises(DidNotStart) as refused:
        witness.children.start(program("broken", "raise SystemExit('no such database')", ready=lambda: False))
    assert "broken" in refused.value.what
    assert re.search(r"\b1\b", refused.value.why), "the exit code"
    assert "no such database" in refused.value.why


def test_a_program_that_is_never_ready_is_given_up(witness: Witness, program: MakeProgram) -> None:
    with pytest.raises(DidNotStart, match="lazy") as refused:
        witness.children.start(program("lazy", ready=lambda: False, ready_seconds=0))
    assert refused.value.why


def test_who_was_seen_to_be_ready_is_not_asked_again(witness: Witness, program: MakeProgram) -> None:
    answers = iter([False, True])
    witness.children.start(program("busy", ready=lambda: next(answers)))
    assert next(answers, "none is left") == "none is left"


def test_a_child_that_will_not_end_is_killed_after_its_grace(witness: Witness, program: MakeProgram) -> None:
    witness.children.start(program("deaf", DEAF, grace_seconds=0))
    assert witness.shown("deaf", "begun")
    witness.children.stop()
    [told] = witness.said
    assert "deaf" in told
    assert witness.recorded == []


def test_asking_twice_kills_at_once(witness: Witness, program: MakeProgram) -> None:
    witness.children.start(program("deaf", DEAF, grace_seconds=3600))
    assert witness.shown("deaf", "begun")
    stopping = threading.Thread(target=witness.children.stop)
    stopping.start()
    assert wait_until(lambda: witness.children.stop_asked, LONG)
    witness.children.ask_to_stop()
    stopping.join(LONG)
    assert not stopping.is_alive()
    assert witness.recorded == []


def test_nothing_is_started_once_the_end_is_asked_for(witness: Witness, program: MakeProgram) -> None:
    witness.children.ask_to_stop()
    with pytest.raises(StopAsked):
        witness.children.start(program())
    assert witness.recorded == []


def test_a_signal_breaks_off_work_that_knows_nothing_of_us(witness: Witness) -> None:
    with witness.children.heeding_signals(), pytest.raises(StopAsked), witness.children.interruptible():
        signal.raise_signal(signal.SIGINT)
    assert witness.children.stop_asked


PARENT = """
import json, sys
from pathlib import Path
from deploy.cli.child import Program
from deploy.cli.child_processes import ChildProcesses
def record(processes):
    print(json.dumps([each.__dict__ for each in processes]), flush=True)
children = ChildProcesses(print, lambda name, line: None, record)
wait = [sys.executable, "-c", "import signal; signal.pause()"]
children.start(Program(name="child", command=wait, environment={}, directory=Path("/")))
children.stay()
"""


@pytest.mark.skipif(setpriv() is None, reason="the kernel does not do it here")
def test_children_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout
        child = ProcessIdentity(**json.loads(parent.stdout.readline())[0])
        # A wrapper sets the signal at the parent's death, and then becomes the child with exec.
        assert wait_until(lambda: _is_itself(child), LONG)
        parent.kill()
    assert wait_until(lambda: not child.alive, LONG)


def _is_itself(child: ProcessIdentity) -> bool:
    command = psutil.Process(child.pid).cmdline()  # there is none while exec replaces the program
    return command[-1:] == ["import signal; signal.pause()"] and command[0] != setpriv()
