"""What every table of intake's own belongs to."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import DeclarativeBase

from shared.database import own_metadata


class Record(DeclarativeBase):
    """A row of intake's own."""

    metadata = own_metadata()


def fields(row: Record) -> dict[str, Any]:
    """Give what a row says of its case, by column."""
    columns = inspect(type(row)).columns.keys()
    return {name: getattr(row, name) for name in columns if name != "case_id"}
