"""What the machine below a service is like: room on its disk, and the last backup of the installation.

`./casepath backup` notes each backup in a file, which one service reads when its metrics are read: so a backup that was
not made, for whatever reason, becomes older and older in a metric, and an alarm can see it.
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
    """When the last backup was made, and when the last attempt failed, if none succeeded since; instants in UTC."""

    made_at: datetime | None = None
    failed_at: datetime | None = None

    @classmethod
    def read(cls, file: Path) -> "BackupRecord":
        """Read the record; an empty one where there is none that can be read."""
        try:
            stored = json.loads(file.read_text(encoding="utf-8"))
            return cls(*(datetime.fromisoformat(stored[name]) if stored[name] else None for name in _FIELDS))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def text(self) -> str:
        """Return the record as the file holds it."""
        return json.dumps({name: at.isoformat() if at else None for name, at in asdict(self).items()})

    def age(self, now: datetime) -> timedelta | None:
        """Return how old the last backup is; None where none was made."""
        return now - self.made_at if self.made_at else None


_FIELDS = ("made_at", "failed_at")


# control: H-OPERATION-9 missing-backup-is-shown
def measure_backup(file: str, hours: int, *, is_production: bool) -> None:
    """Serve the record's figures; a backup is due every `hours` in production, and never where that is 0."""
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
    """Serve the size and the free space of the disk that a folder is on; NaN where there is no such folder."""
    metrics.disk_free.set_function(_of_disk(folder, "free"))
    metrics.disk_size.set_function(_of_disk(folder, "total"))


def _of_disk(folder: str, part: str) -> Callable[[], float]:
    def measured() -> float:
        try:
            return float(getattr(shutil.disk_usage(folder), part))
        except OSError:
            return nan

    return measured
