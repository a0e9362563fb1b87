"""The common part of private servers: prepare, start, set up, kill, stop, remove."""

import contextlib
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from deploy.cli.child import Child, Program
from deploy.cli.servers.os_user import place


class PrivateServer(ABC):
    """A private server. `up` runs its `programs` as children; tests use `running`, `kill`, `start`, `stop`."""

    def __init__(self, folder: Path, name: str) -> None:
        self.directory = place(folder) / name
        self._children: list[Child] = []

    @abstractmethod
    def prepare(self) -> None:
        """Write the server's files; nothing runs yet. Idempotent."""

    @abstractmethod
    def programs(self) -> list[Program]:
        """Return what to run, in the order of starting; each may need the ones before it to be ready."""

    def complete_setup(self) -> None:  # noqa: B027 - not every server needs it
        """Do what can only be done while the server runs. Idempotent."""

    @contextlib.contextmanager
    def running(self, *, keep: bool) -> Iterator[None]:
        """Prepare and run the server for as long as the block lasts; its output goes to `server.log`."""
        try:
            self.prepare()
            self.start()
            self.complete_setup()
            yield
        finally:
            self.stop()
            if not keep:
                self.wipe()

    def start(self) -> None:
        """Start the server and wait until it is ready. Raises `DidNotStart`."""
        for program in self.programs():
            child = Child(program, self._log)
            self._children.append(child)
            child.start()
            child.wait_until_ready()

    def stop(self) -> None:
        """End the server cleanly, last started first."""
        while self._children:
            self._children.pop().stop()

    def kill(self) -> None:
        """End the server as a crash would."""
        while self._children:
            self._children.pop().kill()

    def wipe(self) -> None:
        """Remove everything that the server has stored."""
        shutil.rmtree(self.directory, ignore_errors=True)
        with contextlib.suppress(OSError):
            if self.directory.parent.name.startswith("for-"):  # a stand-in for a folder that could not be entered
                self.directory.parent.rmdir()

    @property
    def pid(self) -> int | None:
        """The server's leader process."""
        return self._children[-1].pid if self._children else None

    def _log(self, name: str, line: str) -> None:
        with contextlib.suppress(OSError), self.directory.joinpath("server.log").open("a", encoding="utf-8") as log:
            log.write(f"{name}: {line}\n")
