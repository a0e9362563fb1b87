"""The kind of an installation as each of its databases stores it: production, or training and development.

A service whose setting contradicts its database does not start. A wrong shell variable can therefore not make an
installation with real cases accept development keys, nor turn one with fictitious cases into production.
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
    """Store the kind of this installation, unless an earlier start has. Return the stored kind."""
    first = insert(installation).values(single=1, environment=environment)
    session.execute(first.on_conflict_do_nothing(index_elements=["single"]))
    return str(session.execute(select(installation.c.environment)).scalar_one())


def contradicts(environment: str, remembered: str) -> bool:
    """Return whether only one of two is production. Training and development both contain fictitious people."""
    return (environment == PRODUCTION) != (remembered == PRODUCTION)
