"""The sign-in that `login` stores in a file that only the user of the command can read."""

import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy.cli.installation import Installation, write_private

FOLDER = "sign-in"
#: A token that expires within this time is not used (seconds).
_SPARE_SECONDS = 30


@dataclass(frozen=True)
class Kept:
    """A token, until when it counts (seconds since 1970), and the roles that its owner has here."""

    token: str = field(repr=False)
    until: int
    roles: list[str]


def keep(installation: Installation, signed_in: Kept) -> None:
    """Keep a sign-in until it ends, in the place of an earlier one."""
    installation.make_home()
    file = _file(installation)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    write_private(file, json.dumps(asdict(signed_in)))


def kept(installation: Installation) -> Kept | None:
    """Return the sign-in that is kept; None where there is none, or it has ended."""
    try:
        stored = Kept(**json.loads(_file(installation).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return stored if stored.until > time.time() + _SPARE_SECONDS else None


def forget(installation: Installation) -> None:
    """Forget a sign-in."""
    with suppress(FileNotFoundError):
        _file(installation).unlink()


def _file(installation: Installation) -> Path:
    return installation.home / FOLDER / "token.json"
