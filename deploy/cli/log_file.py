"""The log file of `up`: every line that its services and servers print."""

import contextlib
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from deploy.cli.console import say, say_line_of

#: A full file is renamed to `up.log.1`, and so on. The oldest of the files is deleted.
LARGEST_BYTES = 10_000_000
OLDER_FILES = 4
PROBLEM_LEVELS = ("[error", "[critical", '"level": "error"', '"level": "critical"', "FATAL:", "PANIC:")


def is_problem(line: str) -> bool:
    """Return whether a line reports an error of its program."""
    return any(level in line for level in PROBLEM_LEVELS)


class _File(RotatingFileHandler):
    """A file whose first failure is reported in one line."""

    _has_failed = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - the name and form of the library
        """Report the first failure, for example of a full disk, and drop the line."""
        if not self._has_failed:
            self._has_failed = True
            say(f"The log file {self.baseFilename} cannot be written. Lines are missing in it.", style="bold red")


class LogFile:
    """A file that grows to a bound. The terminal shows errors only, or all lines if `verbose`."""

    def __init__(self, path: Path, *, verbose: bool) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._verbose = verbose
        self._file = _File(path, maxBytes=LARGEST_BYTES, backupCount=OLDER_FILES, encoding="utf-8", delay=True)

    def write(self, name: str, line: str) -> None:
        """Append a line of a program."""
        self._file.handle(logging.makeLogRecord({"msg": f"{name:>10} │ {line}"}))
        if self._verbose or is_problem(line):
            say_line_of(name, line)

    def close(self) -> None:
        """Close the file. The next line would open it again."""
        with contextlib.suppress(OSError):  # a full disk was reported already
            self._file.close()
