"""Where an error comes from, in words that hold nothing of what it was about: for the line of a case that stops."""

import traceback
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_OURS = ("services", "shared", "deploy")


def described(error: BaseException) -> dict[str, str]:
    """Return the fields of a log line: our own last frame, and of a database's error its SQLSTATE and its table."""
    fields: dict[str, str | None] = {"frame": _own_frame(error)}
    origin = getattr(error, "orig", error)
    diagnosis = getattr(origin, "diag", None)
    fields |= {"sqlstate": getattr(origin, "sqlstate", None), "table": getattr(diagnosis, "table_name", None)}
    return {name: value for name, value in fields.items() if value}


def _own_frame(error: BaseException) -> str:
    """Return file, line and function of the last frame in our code, of a service if there is one; empty if none is."""
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
