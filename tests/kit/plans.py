"""PostgreSQL's execution plan of a statement: its steps, and the number of pages that it touches."""

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg


def steps(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the steps of a plan, beginning with its root."""
    yield plan
    for each in plan.get("Plans", ()):
        yield from steps(each)


def explained(connection: "psycopg.Connection[Any]", statement: str, parameters: Any) -> dict[str, Any]:
    """Run a statement and roll it back; return its plan."""
    with connection.transaction(force_rollback=True):
        explain = f"explain (analyze, buffers, format json) {statement}"
        row = connection.execute(explain, parameters, prepare=False).fetchone()
    assert row is not None
    plan: dict[str, Any] = row[0][0]["Plan"]
    return plan


def read_whole(plan: Mapping[str, Any]) -> set[str]:
    """Return the tables with a sequential scan."""
    return {step["Relation Name"] for step in steps(plan) if step["Node Type"] == "Seq Scan"}


def pages_of(plan: Mapping[str, Any]) -> int:
    """Return the number of pages (of 8 KB) that were touched."""
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
