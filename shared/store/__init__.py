"""One service's own PostgreSQL: engines, the one place that commits, leadership, and migrations.

    baseline         migrations that create the tables of an earlier release in one step
    conditions       conditions in the form that the planner needs
    context          the values that a transaction has for the code that runs in it
    contending       repeat a transaction that the server ended in favour of another one
    database         engines, transactions, and errors of the server
    leader           one leader per name, by an advisory lock
    low_water_mark   the serial number up to which all rows are final
    loop             the one loop that runs next to the requests, until it is stopped
    measuring        the number of rows that wait in a service's tables, as metrics
    rights           the rights of a service's database role on each table
    statements       statements that save processor time or round trips
    together         the polling queries of all loops, in one round trip
    migrations/      the tables of the mechanism, kept up to date by Alembic

The context of a transaction states what caused the transaction.
"""

__all__ = [
    "baseline",
    "conditions",
    "context",
    "database",
    "file_address",
    "leader",
    "loop",
    "measuring",
    "migration",
    "statements",
]
