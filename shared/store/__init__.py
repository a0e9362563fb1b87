"""One service's own PostgreSQL: engines, the one place that commits, leadership, and migrations.

    database         engines, transactions and what a transaction carries
    leader           one leader per name, by an advisory lock
    low_water_mark   up to which serial number no row can be committed any more
    loop             the one loop that runs beside the requests, until it is stopped
    rights           what the role that runs the service may do with each table
    migrations/      the mechanism's tables, brought to the release's state by Alembic

What runs in a transaction is told what caused it by the transaction's context.
"""

__all__ = ["database", "migration"]
