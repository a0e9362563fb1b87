"""A legal matter at a single service, and its entries in the work list according to its events."""

import itertools
from typing import Any

from tests.kit.client import Client
from tests.kit.harness import Harness


def opened(adviser: Client) -> str:
    """Open and accept a matter; return its address."""
    file = f"matter-files/{adviser.told('POST', 'matter-files', {'type': 'asylum'}, 201)['id']}"
    adviser.told("POST", f"{file}/opening", {"decision": "accepted"}, 201)
    return file


def listed(legal: Harness) -> dict[str, list[tuple[str | None, bool, list[str]]]]:
    """Return the work list according to all events: kind, day, doubt, and assignees of each entry."""
    tasks: dict[str, dict[str, Any]] = {}
    for name, data in legal.announced():
        if name == "matter_task.set":
            tasks[data["task"]] = data
        elif name == "matter_task.done":
            del tasks[data["task"]]
    ordered = sorted(tasks.values(), key=lambda task: (task["kind"], str(task["due_on"])))
    return {
        kind: [(task["due_on"], task["unclear"], task["members"]) for task in of_kind]
        for kind, of_kind in itertools.groupby(ordered, key=lambda task: str(task["kind"]))
    }


def dated(adviser: Client, file: str, kind: str, due_on: str, **more: Any) -> str:
    made = adviser.told("POST", f"{file}/dates", {"kind": kind, "due_on": due_on, **more}, 201)
    return f"{file}/dates/{made['id']}"


def put_right(adviser: Client, record: str, **body: Any) -> None:
    """Correct a record of a matter's file, by its address."""
    adviser.told("POST", f"{record}/correction", body, 201)
