"""The tables of legal, and the migrations that come to them."""

from pathlib import Path

from services.legal.case.models import Record
from shared.store.migration import MigrationSet

MIGRATIONS = MigrationSet.of_service("legal", Path(__file__).parent, Record.metadata)
