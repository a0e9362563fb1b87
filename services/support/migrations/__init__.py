"""The tables of support, and the migrations that come to them."""

from pathlib import Path

from sqlalchemy import MetaData

from shared.store.migration import MigrationSet


def _own() -> MetaData:
    from services.support.cases.case.models import Record  # imported here: migrations do not need it

    return Record.metadata


MIGRATIONS = MigrationSet.of_service("support", Path(__file__).parent, _own)
