"""The tables of partners, and the migrations that come to them."""

from pathlib import Path

from sqlalchemy import MetaData

from shared.store.migration import MigrationSet


def _own() -> MetaData:
    from services.partners.agencies.agency.models import Record  # here: a process that migrates needs none of it

    return Record.metadata


MIGRATIONS = MigrationSet.of_service("partners", Path(__file__).parent, _own)
