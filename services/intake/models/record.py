"""The declarative base of intake's tables."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import DeclarativeBase

from shared.store.database import own_metadata


class Record(DeclarativeBase):
    """A row of intake's own."""

    metadata = own_metadata()


def fields(row: Record) -> dict[str, Any]:
    """Return a row's values by column, without the case's id."""
    columns = inspect(type(row)).columns.keys()
    return {name: getattr(row, name) for name in columns if name != "case_id"}
