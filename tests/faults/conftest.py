"""One field for the whole run, the counters of each scenario, and their sum as the last line."""

from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests.faults.field import Field, opened

FAULTS = ("lost", "duplicated", "ghosts", "disorder", "told_without_cover")
_counted: Counter[str] = Counter()
_lines: list[str] = []


@pytest.fixture(scope="session")
def shared_field() -> Iterator[Field]:
    """Yield the field that the scenarios share."""
    with opened(in_memory=True) as found:
        yield found


@pytest.fixture
def field(shared_field: Field) -> Field:
    """Return the field, restored after the previous scenario."""
    shared_field.restore()
    return shared_field


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the last output of the services to a failure report."""
    report = yield
    field = getattr(item, "funcargs", {}).get("field")
    if report.failed and isinstance(field, Field):
        report.sections.append(("services", field.last_words()))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Store the counters of a scenario."""
    if report.when != "call":
        return
    for name, found in report.user_properties:
        if name == "history" and isinstance(found, dict):
            _keep(report.nodeid.rpartition("::")[2], report.duration, {"faults": 1, **found})


def _keep(scenario: str, seconds: float, found: dict[str, Any]) -> None:
    _counted.update({**found, "scenarios": 1})
    wrong = "".join(f", {_in_words(name)} {found[name]}" for name in FAULTS if found.get(name))
    recovered = f", recovered {found['recovered']}" if found.get("recovered") else ""
    _lines.append(f"{scenario}: events {found['events']}, faults {found['faults']}{recovered}{wrong} ({seconds:.0f} s)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the counters of each scenario."""
    for line in _lines:
        terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the sum as the very last line."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if _counted["scenarios"] and reporter is not None:
        reporter.write_line(f"recovered {_counted['recovered']}: writes that nobody answered turned out to be there")
        order = (*FAULTS, "scenarios", "events", "faults")
        reporter.write_line(" ".join(f"{_in_words(name)} {_counted[name]}" for name in order))


def _in_words(name: str) -> str:
    return name.replace("_", " ")
