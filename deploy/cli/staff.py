"""Who runs the command, as the services note it: one staff id for each person who uses this installation."""

import getpass
import os
import uuid
from contextlib import suppress

from deploy.cli.errors import CommandRefused
from deploy.cli.installation import Installation, here

VARIABLE = "CASEPATH_STAFF_SUBJECT"
FOLDER = "staff"


def own_subject(installation: Installation | None = None) -> str:
    """Give the staff id of whoever runs the command: as told by the environment, or the one kept for them here.

    So the audit log names somebody who can be found again. Raises `CommandRefused` for a variable that is no UUID.
    """
    told = os.environ.get(VARIABLE)
    if told:
        return _checked(told)
    found = installation or here()
    kept = found.home / FOLDER / _login()
    with suppress(OSError):  # nothing is kept yet
        return _checked(kept.read_text(encoding="utf-8").strip())
    derived = str(uuid.uuid5(uuid.NAMESPACE_URL, f"casepath:{found.home}:{_login()}"))
    with suppress(OSError):  # where nothing can be kept, it is the same every time all the same
        kept.parent.mkdir(mode=0o700, parents=False, exist_ok=True)
        kept.write_text(f"{derived}\n", encoding="utf-8")
    return derived


def _login() -> str:
    try:
        return getpass.getuser().replace("/", "_")
    except (KeyError, OSError):
        return str(os.getuid())


def _checked(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise CommandRefused(
            f"{VARIABLE}, or what is kept for you in the state folder, is no staff id.",
            why="the services note it in their audit logs, as a UUID",
            next_step=f"set {VARIABLE} to your staff id",
            exit_code=2,
        ) from None
