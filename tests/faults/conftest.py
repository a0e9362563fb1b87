"""Adds up what the history checker counted in every scenario, and says it last."""

from collections import Counter

import pytest

_counted: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when != "call":
        return
    for name, found in report.user_properties:
        if name == "history" and isinstance(found, dict):
            _counted.update({**found, "scenarios": 1, "faults": 1})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _counted["scenarios"]:
        order = ("lost", "duplicated", "ghosts", "disorder", "scenarios", "events", "faults")
        terminalreporter.write_line(" ".join(f"{name} {_counted[name]}" for name in order))
