"""The summary of one service for operators: its parts, its place in the exchange, and the last backup."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from marshmallow import fields

import shared
from shared.access.declarations import declare, nullable
from shared.access.views import View, part
from shared.events.contract import Flag, Instant
from shared.http import Call, Reply, route
from shared.operate.exchange import ExchangePositions, positions
from shared.operate.health import Checks, checks_of
from shared.runtime.process import Process
from shared.runtime.settings import Settings
from shared.telemetry.machine import BackupRecord


class LastBackup(View):
    """The last backup of the installation."""

    made_at = declare(nullable(Instant()), None, "When it was made (real time); null: none is recorded.")
    failed_at = declare(
        nullable(Instant()), None, "When the last attempt failed (real time); null: it did not, or one succeeded since."
    )
    is_overdue = declare(Flag(), None, "Whether a backup is overdue. Only production needs one.", example=False)


class Operation(View):
    """One service as its operators see it."""

    service = declare(fields.String(), None, "This service.", example="intake")
    release = declare(fields.String(), None, "The release that runs.", example="0.3.0")
    checks = part(Checks)
    exchange = part(ExchangePositions)
    #: Null at a service that is not given the record.
    backup = part(LastBackup)


class OperatedSummary:
    """The route, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("GET", "/v1/operation", action="exchange.read", reply=Operation, only_reads=True, by_real_time=True)
    def operation(self, call: Call) -> Reply:
        """Return what an operator checks first: health, exchange and backup, in one reply."""
        process: Process = self.process
        return Reply(
            {
                "service": process.service,
                "release": shared.__version__,
                "checks": checks_of(process),
                "exchange": positions(call.session, process),
                "backup": _backup(process.settings, datetime.now(UTC)),
            }
        )


def _backup(settings: Settings, now: datetime) -> dict[str, object] | None:
    if not settings.backup_record:
        return None
    record = BackupRecord.read(Path(settings.backup_record))
    age, hours = record.age(now), settings.backup_hours
    is_due = settings.environment == "production" and hours > 0
    is_old = age is None or age > timedelta(hours=hours)
    return {"made_at": record.made_at, "failed_at": record.failed_at, "is_overdue": is_due and is_old}
