"""The tables of partners, and the migrations that come to them."""

from pathlib import Path

from services.partners.agency.models import Record
from shared.store.migration import MigrationSet

MIGRATIONS = MigrationSet.of_service("partners", Path(__file__).parent, Record.metadata)
