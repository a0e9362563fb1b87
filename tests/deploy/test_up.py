"""The conditions under which `up` runs sample journeys."""

import contextlib
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.cli import doctor, log_file
from deploy.cli.environment_record import environment_name, refuse_in_production
from deploy.cli.errors import RefusedInProduction
from deploy.cli.installation import Installation, here
from deploy.cli.keys import make_keys
from deploy.cli.log_file import LogFile
from deploy.cli.stores import stores_of
from deploy.cli.up import Up


@pytest.mark.parametrize(
    ("environment", "head", "once", "wanted"),
    [
        ("training", 0, False, True),
        ("training", 5, False, False),
        ("training", 5, True, True),
        ("production", 0, False, False),
        ("production", 0, True, False),
    ],
)
def test_samples_go_into_empty_stores_and_never_into_production(
    installation: Installation, services: Any, environment: str, head: int, *, once: bool, wanted: bool
) -> None:
    services.answer = lambda *_: (200, {"head": head})
    addresses = {f"CASEPATH_{name.upper()}_URL": url for name, url in services.targets.urls.items()}
    told = {**installation.variables, **addresses, "CASEPATH_ENVIRONMENT": environment}
    found = replace(installation, variables=told)
    make_keys(found.keys, environment)
    assert Up(found, stores_of(found)).wants_samples(once=once) is wanted


MOST_LINES = 15
#: Two servers, the services, the start time, the fictitious cases and their summary, and how to stop.
OTHER_LINES = 7


def test_up_prints_few_lines(installation: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    make_keys(installation.keys, "training")
    Up(installation, stores_of(installation), has_desk=True).show()
    printed = capsys.readouterr()
    assert len(f"{printed.out}{printed.err}".splitlines()) + OTHER_LINES <= MOST_LINES


LINES = {
    "2026-12-01T00:00:00Z [info     ] request.answered   method=GET route=/ status=200": False,
    "2026-12-01T00:00:00Z [info     ] request.answered   method=GET route=/ status=503": False,
    "2026-12-01T00:00:00Z [warning  ] upstream.away   source=legal": False,
    "2026-12-01T00:00:00Z [error    ] drain.parked   source=legal": True,
    '{"level": "info", "event": "request.answered", "status": 200}': False,
    '{"level": "error", "event": "drain.parked", "source": "legal"}': True,
    "2026-12-01 00:00:00 UTC [7] FATAL:  the database system is starting up": True,
}


@pytest.mark.parametrize("verbose", [False, True])
def test_the_log_file_has_every_line_and_the_terminal_errors_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, verbose: bool
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(log_file, "say_line_of", lambda _name, line: shown.append(line))
    path = tmp_path / "logs" / "up.log"
    with contextlib.closing(LogFile(path, verbose=verbose)) as log:
        for line in LINES:
            log.write("intake", line)
    assert shown == [line for line, is_problem in LINES.items() if is_problem or verbose]
    assert [line.partition("│ ")[2] for line in path.read_text(encoding="utf-8").splitlines()] == list(LINES)
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_full_log_file_is_renamed_and_the_oldest_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "LARGEST_BYTES", 100)
    with contextlib.closing(LogFile(tmp_path / "logs" / "up.log", verbose=False)) as log:
        for number in range(50):
            log.write("intake", f"line {number} of the log file")
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == 1 + log_file.OLDER_FILES
    assert max(file.stat().st_size for file in files) <= 100


def test_lines_of_two_threads_all_reach_the_log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "LARGEST_BYTES", 20_000)
    monkeypatch.setattr(log_file, "OLDER_FILES", 200)
    names = ("intake", "legal")
    start = threading.Barrier(len(names))
    with contextlib.closing(LogFile(tmp_path / "logs" / "up.log", verbose=False)) as log:

        def print_lines(name: str) -> None:
            start.wait()
            for number in range(5_000):
                log.write(name, str(number))

        threads = [threading.Thread(target=print_lines, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    written = [line for file in (tmp_path / "logs").iterdir() for line in file.read_text(encoding="utf-8").splitlines()]
    assert sorted(written) == sorted(f"{name:>10} │ {number}" for name in names for number in range(5_000))


def test_a_full_disk_is_reported_once_and_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[str] = []
    shown: list[str] = []
    monkeypatch.setattr(log_file, "say", lambda sentence, **_: reported.append(sentence))
    monkeypatch.setattr(log_file, "say_line_of", lambda _name, line: shown.append(line))
    path = tmp_path / "up.log"
    path.symlink_to("/dev/full")
    with contextlib.closing(LogFile(path, verbose=False)) as log:
        for line in LINES:
            log.write("intake", line)
    assert [str(path) in sentence for sentence in reported] == [True]
    assert shown == [line for line, is_problem in LINES.items() if is_problem]


@pytest.mark.parametrize(("environment", "has_pages"), [("training", True), ("production", False)])
def test_doctor_lists_the_ports_of_the_pages_that_up_starts(tmp_path: Path, environment: str, has_pages: bool) -> None:
    installation = here({"CASEPATH_HOME": str(tmp_path), "CASEPATH_ENVIRONMENT": environment})
    found = {each.check for each in doctor._ports(installation)}
    pages = {f"port {installation.ports[name]}" for name in ("web_desk", "web_public")}
    assert found & pages == (pages if has_pages else set())


def test_production_told_by_a_file_counts_as_told(tmp_path: Path) -> None:
    named = tmp_path / "environment"
    named.write_text("production\n", encoding="utf-8")
    installation = here({"CASEPATH_HOME": str(tmp_path), "CASEPATH_ENVIRONMENT_FILE": str(named)})
    assert environment_name(installation) == "production"
    with pytest.raises(RefusedInProduction):
        refuse_in_production(installation, "A moved clock")
