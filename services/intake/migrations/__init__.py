"""The tables of intake, and the migrations that come to them."""

from pathlib import Path

from services.intake.case.models import Record
from shared.store.migration import MigrationSet

MIGRATIONS = MigrationSet.of_service("intake", Path(__file__).parent, Record.metadata)
