"""The user of the private servers: the current user, or for root a system user without rights."""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from deploy.cli.errors import MissingOnThisMachine
from deploy.cli.installation import ROOT_STATE
from deploy.cli.processes import setpriv

USER = "casepath"


def is_root() -> bool:
    """Return whether we are root. PostgreSQL refuses to run as root; everything here follows from that."""
    return os.geteuid() == 0


def server_user() -> pwd.struct_passwd | None:
    """Return the system user of the servers, created when missing; None when we are not root and run them ourselves."""
    if not is_root():
        return None
    user = _look_up() or _made_by_one_start_at_a_time()
    if user is None or setpriv() is None:
        raise MissingOnThisMachine(
            "The private servers can't be run as root here.",
            why="PostgreSQL refuses to, and there is no system user `casepath` or no setpriv to become it",
            next_step="start ./casepath as an ordinary user, with another checkout",
        )
    return user


def _look_up() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        return None


def _made_by_one_start_at_a_time() -> pwd.struct_passwd | None:
    # Two concurrent `useradd` both succeed with different numbers, and the later entry replaces the first one. The
    # files of the start with the first number then have no owner.
    ROOT_STATE.mkdir(mode=0o711, parents=True, exist_ok=True)
    handle = os.open(ROOT_STATE, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if _look_up() is None:
            _make_user()
        return _look_up()
    finally:
        os.close(handle)


def _make_user() -> None:
    program = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if program is None:
        return
    command = [program, "--system", "--user-group", "--home-dir", str(ROOT_STATE), "--no-create-home"]
    subprocess.run([*command, "--shell", "/usr/sbin/nologin", USER], capture_output=True, check=False)


def as_server_user(command: list[str]) -> list[str]:
    """Return the command that runs as the servers' user, if that is not ourselves."""
    user = server_user()
    if user is None:
        return command
    return [str(setpriv()), "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--init-groups", "--", *command]


def hand_over(path: Path) -> None:
    """Make the servers' user the owner of a file or folder."""
    user = server_user()
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def make_own_folder(path: Path) -> None:
    """Make a folder that only the servers' user can enter."""
    path.mkdir(parents=True, exist_ok=True)
    for above in path.parents:
        if is_root() and (above == ROOT_STATE or ROOT_STATE in above.parents) and above.owner() == "root":
            above.chmod(0o711)  # to be passed through, not to be looked into
    path.chmod(0o700)
    hand_over(path)


def place(folder: Path) -> Path:
    """Return where a server's files go: `folder`, or, if its user can't enter it, one below `/var/lib/casepath`."""
    user = server_user()
    if user is None or _can_enter(folder.resolve(), user.pw_uid):
        return folder.resolve()
    return ROOT_STATE / f"for-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"


def _can_enter(folder: Path, uid: int) -> bool:
    for directory in [folder, *folder.parents]:
        if not directory.exists():
            continue  # will be made by us, open enough
        status = directory.stat()
        if not status.st_mode & (stat.S_IXUSR if status.st_uid == uid else stat.S_IXOTH):
            return False
    return True
