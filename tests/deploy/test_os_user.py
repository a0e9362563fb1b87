"""The user of the private servers: the system user that the first start as root creates."""

import contextlib
import pwd
import subprocess
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.cli.servers import os_user

STARTS = 3


class Accounts:
    """A machine's list of users, and a `useradd` that waits for the concurrent calls, or for half a second."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self._others = threading.Barrier(STARTS)

    def look_up(self, name: str) -> pwd.struct_passwd:
        """Return the user with the number of the latest entry. Raises `KeyError` if there is none."""
        if not self.numbers:
            raise KeyError(name)
        number = self.numbers[-1]
        return pwd.struct_passwd((name, "!", number, number, "", "/", "/usr/sbin/nologin"))

    def add(self, command: Sequence[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        """Add the user with the next number, as `useradd` does for each of several concurrent calls."""
        with contextlib.suppress(threading.BrokenBarrierError):  # broken without concurrent calls, which are serialised
            self._others.wait(timeout=0.5)
        self.numbers.append(999 - len(self.numbers))
        return subprocess.CompletedProcess(command, 0)


def test_starts_at_once_on_a_fresh_machine_make_one_user_with_one_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = Accounts()
    monkeypatch.setattr(os_user, "ROOT_STATE", tmp_path / "not made yet")
    monkeypatch.setattr(os_user, "is_root", lambda: True)
    monkeypatch.setattr(os_user, "setpriv", lambda: Path("/usr/bin/setpriv"))
    monkeypatch.setattr(os_user.pwd, "getpwnam", accounts.look_up)
    monkeypatch.setattr(os_user.shutil, "which", lambda *_, **__: "/usr/sbin/useradd")
    monkeypatch.setattr(os_user.subprocess, "run", accounts.add)

    with ThreadPoolExecutor(STARTS) as starts:
        users = [start.result() for start in [starts.submit(os_user.server_user) for _ in range(STARTS)]]

    assert accounts.numbers == [999]
    assert {user.pw_uid for user in users if user is not None} == {999}
