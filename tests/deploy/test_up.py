"""When `up` plays sample journeys."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

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


def test_production_told_by_a_file_counts_as_told(tmp_path: Path) -> None:
    named = tmp_path / "environment"
    named.write_text("production\n", encoding="utf-8")
    installation = here({"CASEPATH_HOME": str(tmp_path), "CASEPATH_ENVIRONMENT_FILE": str(named)})
    assert environment_name(installation) == "production"
    with pytest.raises(RefusedInProduction):
        refuse_in_production(installation, "A moved clock")
