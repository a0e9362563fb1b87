"""When `up` plays sample journeys."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.cli import doctor, up
from deploy.cli.environment_record import environment_name, refuse_in_production
from deploy.cli.errors import RefusedInProduction
from deploy.cli.installation import Installation, here
from deploy.cli.keys import make_keys
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


@pytest.mark.parametrize(
    ("line", "is_shown"),
    [
        ("2026-12-01T00:00:00Z [info     ] request.answered   method=GET route=/ status=200", False),
        ("2026-12-01T00:00:00Z [info     ] request.answered   method=POST status=303 route=/", False),
        ("2026-12-01T00:00:00Z [info     ] request.answered   method=GET route=/ status=503", True),
        ("2026-12-01T00:00:00Z [info     ] request.answered   method=GET route=/ status=404", True),
        ("2026-12-01T00:00:00Z [warning  ] upstream.away   source=legal status=200", True),
    ],
)
def test_only_requests_that_fail_have_a_line(line: str, is_shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(up, "say_line_of", lambda _name, said: shown.append(said))
    up.say_line_without_requests("web_desk", line)
    assert (shown == [line]) is is_shown


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
