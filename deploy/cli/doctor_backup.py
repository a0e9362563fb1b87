"""What `doctor` says of backups: whether the last one is recent, and whether the last attempt failed."""

from deploy.cli.backup_record import complaints
from deploy.cli.findings import FAIL, OK, Finding
from deploy.cli.installation import Installation

FIX = (
    "./casepath backup, daily (docs/guides/operate/backup.md); with backups by other means, CASEPATH_BACKUP_HOURS=0 "
    "in .env"
)


def backup(installation: Installation) -> list[Finding]:
    """Check when the last backup was made; required in production only."""
    wrong = [Finding("backup", FAIL, sentence, FIX) for sentence in complaints(installation)]
    return wrong or [Finding("backup", OK, "none is overdue")]
