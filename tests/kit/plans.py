"""How PostgreSQL goes about a statement: the steps of its plan, and how many pages it touches."""

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg


def steps(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a plan's steps, itself first."""
    yield plan
    for each in plan.get("Plans", ()):
        yield from steps(each)


def explained(connection: "psycopg.Connection[Any]", statement: str, parameters: Any) -> dict[str, Any]:
    """Run a statement and take it back; return how it went."""
    with connection.transaction(force_rollback=True):
        explain = f"explain (analyze, buffers, format json) {statement}"
        row = connection.execute(explain, parameters, prepare=False).fetchone()
    assert row is not None
    plan: dict[str, Any] = row[0][0]["Plan"]
    return plan


def read_whole(plan: Mapping[str, Any]) -> set[str]:
    """Return the tables that are read from one end to the other."""
    return {step["Relation Name"] for step in steps(plan) if step["Node Type"] == "Seq Scan"}


def pages_of(plan: Mapping[str, Any]) -> int:
    """Return how many pages (of 8 KB) were touched."""
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
