"""The log file of `up`: every line that its services and servers print."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from deploy.cli.console import say_line_of

#: A full file is renamed to `up.log.1`, and so on. The oldest of the files is deleted.
LARGEST_BYTES = 10_000_000
OLDER_FILES = 4
PROBLEM_LEVELS = ("[error", "[critical", "FATAL:", "PANIC:")


def is_problem(line: str) -> bool:
    """Return whether a line reports an error of its program."""
    return any(level in line for level in PROBLEM_LEVELS)


class LogFile:
    """A file that grows to a bound. The terminal shows errors only, or all lines if `verbose`."""

    def __init__(self, path: Path, *, verbose: bool) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._verbose = verbose
        self._file = RotatingFileHandler(
            path, maxBytes=LARGEST_BYTES, backupCount=OLDER_FILES, encoding="utf-8", delay=True
        )

    def write(self, name: str, line: str) -> None:
        """Append a line of a program."""
        self._file.emit(logging.makeLogRecord({"msg": f"{name:>10} │ {line}"}))
        if self._verbose or is_problem(line):
            say_line_of(name, line)

    def close(self) -> None:
        """Close the file. The next line would open it again."""
        self._file.close()
