"""The staff id of the user of the command, which services record: one id per user."""

import getpass
import os
import uuid
from contextlib import suppress

from deploy.cli.errors import CommandRefused
from deploy.cli.installation import Installation, here

VARIABLE = "CASEPATH_STAFF_SUBJECT"
FOLDER = "staff"


def own_subject(installation: Installation | None = None) -> str:
    """Return the staff id of the user of the command: from the environment, or the one stored for them here.

    The audit log therefore names an identifiable person. Raises `CommandRefused` if the variable is not a UUID.
    """
    own_installation = installation or here()
    subject = own_installation.variables.get(VARIABLE)
    if subject:
        return _checked(subject)
    file = own_installation.home / FOLDER / _login()
    with suppress(OSError):  # nothing is stored yet
        return _checked(file.read_text(encoding="utf-8").strip())
    derived = str(uuid.uuid5(uuid.NAMESPACE_URL, f"casepath:{own_installation.home}:{_login()}"))
    with suppress(OSError):  # if nothing can be stored, it is derived each time
        file.parent.mkdir(mode=0o700, parents=False, exist_ok=True)
        file.write_text(f"{derived}\n", encoding="utf-8")
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
            why="services record it in their audit logs, as a UUID",
            next_step=f"set {VARIABLE} to your staff id",
            exit_code=2,
        ) from None
