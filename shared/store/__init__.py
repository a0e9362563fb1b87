"""One service's own PostgreSQL: engines, the one place that commits, leadership, and migrations.

    along            what the statement that begins a request asks along
    baseline         migrations that make the tables of an earlier release in one step
    conditions       conditions as the planner has to read them
    database         engines, transactions and what a transaction carries
    direct           a text of ours, sent by the driver itself
    leader           one leader per name, by an advisory lock
    low_water_mark   up to which serial number no row can be committed any more
    loop             the one loop that runs beside the requests, until it is stopped
    many_rows        several rows in one INSERT
    measuring        what waits in a service's own tables, as figures
    rights           what the role that runs the service may do with each table
    written_once     statements whose text is written once
    migrations/      the mechanism's tables, brought to the release's state by Alembic

What runs in a transaction is told what caused it by the transaction's context.
"""

__all__ = [
    "along",
    "baseline",
    "building",
    "conditions",
    "context",
    "database",
    "direct",
    "file_address",
    "leader",
    "loop",
    "many_rows",
    "measuring",
    "migration",
    "written_once",
]
