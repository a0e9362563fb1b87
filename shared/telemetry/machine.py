"""State of the machine of a service: free disk space, and the last backup of the installation.

`./casepath backup` records each backup in a file, which one service reads when its metrics are scraped. If backups stop
for any reason, the age in the metric grows and triggers an alarm.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from math import inf, nan
from pathlib import Path

from shared.telemetry import metrics


@dataclass(frozen=True)
class BackupRecord:
    """Times (UTC) of the last backup, and of the last failed attempt since."""

    made_at: datetime | None = None
    failed_at: datetime | None = None

    @classmethod
    def read(cls, file: Path) -> "BackupRecord":
        """Read the record; an empty one if it is missing or unreadable."""
        try:
            stored = json.loads(file.read_text(encoding="utf-8"))
            return cls(*(datetime.fromisoformat(stored[name]) if stored[name] else None for name in _FIELDS))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def text(self) -> str:
        """Return the record in the file's format."""
        return json.dumps({name: at.isoformat() if at else None for name, at in asdict(self).items()})

    def age(self, now: datetime) -> timedelta | None:
        """Return the age of the last backup; None if there is none."""
        return now - self.made_at if self.made_at else None


_FIELDS = ("made_at", "failed_at")


# control: H-OPERATION-9 missing-backup-is-shown
def measure_backup(file: str, hours: int, *, is_production: bool) -> None:
    """Export the record's figures; a backup is due every `hours` in production, and never if that is 0."""
    if not file:
        metrics.backup_age.set(nan)
        metrics.backup_allowed_age.set(nan)
        return
    metrics.backup_age.set_function(lambda: _age_seconds(Path(file)))
    metrics.backup_failed.set_function(lambda: float(BackupRecord.read(Path(file)).failed_at is not None))
    metrics.backup_allowed_age.set(hours * 3600.0 if hours and is_production else inf)


def _age_seconds(file: Path) -> float:
    age = BackupRecord.read(file).age(datetime.now(UTC))
    return inf if age is None else age.total_seconds()


# control: H-OPERATION-9 full-disk-is-shown
def measure_disk(folder: str) -> None:
    """Export the size and the free space of a folder's disk; NaN if the folder does not exist."""
    metrics.disk_free.set_function(_of_disk(folder, "free"))
    metrics.disk_size.set_function(_of_disk(folder, "total"))


def _of_disk(folder: str, part: str) -> Callable[[], float]:
    def measured() -> float:
        try:
            return float(getattr(shutil.disk_usage(folder), part))
        except OSError:
            return nan

    return measured
