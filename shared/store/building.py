"""A read model that a release brings is built from the logs of its sources as soon as the service starts."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

_BEGIN = (
    "insert into rebuilds (id, asked_by, state, projection, heals)"
    " select gen_random_uuid(), :by, 'waiting', :projection, false where exists (select from cases)"
)


def build(connection: Connection, projection: str, *, by: str) -> None:
    """Have a projection built, where there are cases whose events it was not there for; `by`: the migration."""
    connection.execute(text(_BEGIN), {"by": by, "projection": projection})
