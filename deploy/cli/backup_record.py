"""The record of the last backup, which intake serves as a metric, and what `status` and `doctor` say of it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from deploy.cli.api import set_by_caller
from deploy.cli.compose import is_of_docker
from deploy.cli.console import say
from deploy.cli.environment_record import PRODUCTION, environment_in_force
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import BACKUP_RECORD, Installation
from shared.telemetry.machine import BackupRecord

FOLDER, FILE = BACKUP_RECORD.parts
USUAL_HOURS = 36
#: Read inside a container by another user; the folder above is closed to others.
_FOLDER_MODE, _FILE_MODE = 0o755, 0o444


def record_file(installation: Installation) -> Path:
    """Return the file that holds the record; it may not be there."""
    top = installation.checkout / "secrets" if is_of_docker(installation) else installation.home
    return top / BACKUP_RECORD


def record_made(installation: Installation, at: datetime) -> None:
    """Note that a backup was made."""
    _write(installation, BackupRecord(made_at=at))


def record_failed(installation: Installation, at: datetime) -> None:
    """Record that a backup failed, with the time of the last one."""
    _write(installation, replace(BackupRecord.read(record_file(installation)), failed_at=at))


def _write(installation: Installation, record: BackupRecord) -> None:
    file = record_file(installation)
    fresh = file.with_name(f".{file.name}.next")
    try:
        make_folder(file.parent)
        fresh.unlink(missing_ok=True)
        fresh.write_text(record.text(), encoding="utf-8")
        fresh.chmod(_FILE_MODE)
        fresh.replace(file)
    except OSError as error:
        say(
            f"The outcome can't be noted in {file} ({error.strerror}): status, doctor and the alarm will show "
            f"the backup as overdue. Make the folder yours: sudo chown $USER '{file.parent}'",
            style="yellow",
        )


def make_folder(folder: Path) -> None:
    """Make the folder of the record: before Docker does, whose own would be root's."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o777 != _FOLDER_MODE:
        folder.chmod(_FOLDER_MODE)


def allowed_hours(installation: Installation) -> int:
    """Return after how many hours a backup is overdue; 0 where it never is. Raises `CommandRefused`."""
    text = set_by_caller(installation, "CASEPATH_BACKUP_HOURS") or str(USUAL_HOURS)
    if not text.isdecimal():
        raise CommandRefused(
            "CASEPATH_BACKUP_HOURS is not a number of hours.",
            next_step="set it to a whole number, or to 0 if other tools make the backups",
            exit_code=2,
        )
    return int(text)


# control: H-OPERATION-9 missing-backup-is-shown
def complaints(installation: Installation, now: datetime | None = None) -> list[str]:
    """Return what is wrong with the backups of a production installation, a sentence each."""
    hours = allowed_hours(installation)
    if not hours or environment_in_force(installation) != PRODUCTION:
        return []
    record = BackupRecord.read(record_file(installation))
    age = record.age(now or datetime.now(UTC))
    sentences = []
    if age is None:
        sentences.append("No backup was made by ./casepath backup.")
    elif (old := age.total_seconds() / 3600) > hours:
        sentences.append(f"The last backup is {old:,.0f} hours old; one is due every {hours} hours.")
    if record.failed_at is not None:
        sentences.append(f"The last attempt to back up failed, at {record.failed_at:%Y-%m-%d %H:%M} UTC.")
    return sentences
