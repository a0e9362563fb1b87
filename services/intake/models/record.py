"""What every table of intake's own belongs to."""

from sqlalchemy.orm import DeclarativeBase

from shared.database import own_metadata


class Record(DeclarativeBase):
    """A row of intake's own."""

    metadata = own_metadata()
