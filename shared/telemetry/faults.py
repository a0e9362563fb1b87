"""The origin of an error without any data about a case, for the log line of a held subject."""

import traceback
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_OURS = ("services", "shared", "deploy")


def described(error: BaseException) -> dict[str, str]:
    """Return log fields: the last frame in Casepath's code and, for a database error, its SQLSTATE and table."""
    fields: dict[str, str | None] = {"frame": _own_frame(error)}
    origin = getattr(error, "orig", error)
    diagnosis = getattr(origin, "diag", None)
    fields |= {"sqlstate": getattr(origin, "sqlstate", None), "table": getattr(diagnosis, "table_name", None)}
    return {name: value for name, value in fields.items() if value}


def _own_frame(error: BaseException) -> str:
    """Return file, line and function of the last frame in our code, preferably in a service; empty if there is none."""
    frames = [
        (path.relative_to(_ROOT), frame)
        for frame in traceback.extract_tb(error.__traceback__)
        if (path := Path(frame.filename)).is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in _OURS
    ]
    of_services = [each for each in frames if each[0].parts[0] == "services"]
    if not frames:
        return ""
    path, frame = (of_services or frames)[-1]
    return f"{path.as_posix()}:{frame.lineno} {frame.name}"
