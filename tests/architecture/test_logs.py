"""Every field of a log line in the source is a permitted one."""

import ast
from collections.abc import Iterator

from shared.telemetry.logs import FIELDS
from tests.architecture.source import modules

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def _log_calls() -> Iterator[tuple[str, ast.Call]]:
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
                owner = node.func.value
                called = owner.func if isinstance(owner, ast.Call) else owner
                if getattr(called, "id", getattr(called, "attr", "")) in ("log", "logger"):
                    yield f"{path}:{node.lineno}", node


def test_every_line_is_named_by_a_constant_and_has_known_fields() -> None:
    calls = list(_log_calls())
    assert len(calls) > 40
    unnamed = [place for place, call in calls if not (call.args and isinstance(call.args[0], ast.Constant))]
    given = [(place, each.arg) for place, call in calls for each in call.keywords if each.arg not in (None, "exc_info")]
    assert unnamed == []
    assert [(place, name) for place, name in given if name not in FIELDS] == []
