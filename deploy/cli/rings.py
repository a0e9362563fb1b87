"""The key ring files that this installation holds: `up` makes them in its state folder, `init` in secrets/rings/."""

import stat
import time
from pathlib import Path

from deploy.cli import running
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, Installation, write_private
from deploy.cli.keys import ring_file
from shared.sealing import ring

#: A transaction that wrapped a key under the ring as it was before has ended by then, one way or the other: a service's
#: statements, locks and idle transactions are limited to less (seconds).
QUIET_SECONDS = 60.0


def docker_ring(checkout: Path, service: str) -> Path:
    """Return where `init` puts the ring of a service: in its own folder, so that a replaced file is seen inside.

    (Docker mounts a single file by its inode; a file that replaces it would stay unseen.)
    """
    return checkout / "secrets" / "rings" / service / "ring.json"


def held_rings(installation: Installation) -> dict[str, Path]:
    """Return the ring file of each service, except where the environment names another."""
    if running.holder(installation) is not None:
        files = {name: ring_file(installation.keys, name) for name in SERVICES}
    else:
        files = {name: docker_ring(installation.checkout, name) for name in SERVICES}
    given = {name for name in SERVICES if installation.is_set(f"CASEPATH_{name.upper()}_KEY_RING")}
    return {name: file for name, file in files.items() if name not in given and file.exists()}


def add_key(file: Path, day: str) -> str:
    """Add a key named after the day to a ring file, and make it current; return its name."""
    text = file.read_text(encoding="utf-8")
    for attempt in range(1, 100):
        name = day if attempt == 1 else f"{day}-{attempt}"
        try:
            _replace(file, ring.with_new_key(text, name))
        except ring.RingRefused as refused:
            if "already" not in str(refused):
                raise _unusable(file, refused) from None
        else:
            return name
    raise CommandRefused(f"{file} has a hundred keys of this day.", next_step="./casepath keys rotate --drop-old")


def drop_keys(file: Path, names: set[str]) -> None:
    """Remove keys from a ring file. Raises `CommandRefused` when the ring refuses."""
    try:
        _replace(file, ring.without_keys(file.read_text(encoding="utf-8"), names))
    except ring.RingRefused as refused:
        raise _unusable(file, refused) from None


def quiet_in(file: Path) -> float:
    """Return the seconds until no transaction can still be wrapping under the previous current key."""
    return max(0.0, QUIET_SECONDS - (time.time() - file.stat().st_mtime))


def _replace(file: Path, text: str) -> None:
    """Replace the file atomically, with the mode of the old one."""
    mode = stat.S_IMODE(file.stat().st_mode)
    beside = file.with_name(f"{file.stem}.next")
    write_private(beside, text)
    beside.chmod(mode)
    beside.replace(file)


def _unusable(file: Path, refused: ring.RingRefused) -> CommandRefused:
    return CommandRefused(
        f"The ring file {file} is not valid, and was not changed.",
        why=str(refused),
        next_step="restore the ring file from your copy, and run the command again",
    )
