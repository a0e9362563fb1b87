"""The tables of support, and the migrations that come to them."""

from pathlib import Path

from services.support.case.models import Record
from shared.store.migration import MigrationSet

MIGRATIONS = MigrationSet.of_service("support", Path(__file__).parent, Record.metadata)
