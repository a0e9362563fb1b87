"""What an installation is, as each of its databases remembers it: for people, or for training and development.

A service that is told something else at its start does not start: the caller's shell can't make an installation with
real cases one in which development keys count, nor one with fictitious cases a production.
"""

from sqlalchemy import CheckConstraint, Column, DateTime, SmallInteger, Table, Text, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.store.database import metadata

PRODUCTION = "production"

installation = Table(
    "installation",
    metadata,
    Column("single", SmallInteger, CheckConstraint("single = 1", name="single"), primary_key=True, autoincrement=False),
    Column("environment", Text, nullable=False, comment="production, training or development; never changed"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now(), comment="of the first start"),
)


def remember(session: Session, environment: str) -> str:
    """Store what this installation is, unless a start before has; return what is stored."""
    first = insert(installation).values(single=1, environment=environment)
    session.execute(first.on_conflict_do_nothing(index_elements=["single"]))
    return str(session.execute(select(installation.c.environment)).scalar_one())


def contradicts(environment: str, remembered: str) -> bool:
    """Return whether one of two is production and the other is not. Training and development hold fictitious people."""
    return (environment == PRODUCTION) != (remembered == PRODUCTION)
