"""Check that a service's database role has exactly the rights that the code needs (`shared.store.rights`).

With more rights it could rewrite its audit and its log unnoticed. In production such a service does not start;
elsewhere it logs a warning.
"""

from collections.abc import Callable

from sqlalchemy.engine import Connection

from shared.runtime.environment import PRODUCTION
from shared.store import rights
from shared.store.database import engine_for
from shared.telemetry.logs import logger

#: The most missing or excessive rights that are named. The rest is counted.
NAMED = 3

log = logger()


def too_little(database_name: str, url: str, variable: str) -> str | None:
    """Return which rights a role lacks, as the end of a sentence; None if it has what the code needs."""
    lacking = _asked(url, rights.lacking)
    if not lacking:
        return None
    return (
        f"the role in {variable} lacks rights on {database_name} ({lacking}). "
        "Run ./casepath migrate with the owner's login (docs/guides/operate/database-roles.md)."
    )


def too_much(url: str, variable: str, environment: str) -> str | None:
    """Return the rights that a role must not have in production, as the end of a sentence; elsewhere log them."""
    excess = _asked(url, rights.excessive)
    if not excess:
        return None
    if environment == PRODUCTION:
        return (
            f"the role in {variable} may {excess}, so that it could rewrite the audit unnoticed. "
            "Give it a role that only runs (docs/guides/operate/database-roles.md)."
        )
    log.warning("database.role_may_more", reason=f"the role in {variable} may {excess}")
    return None


def _asked(url: str, ask: Callable[[Connection], list[str]]) -> str:
    engine = engine_for(url, pool_size=1)
    try:
        with engine.connect() as connection:
            names = ask(connection)
    finally:
        engine.dispose()
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
