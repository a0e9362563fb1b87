"""Plays and sandboxes are refused in production."""

from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner

from deploy.cli.__main__ import casepath
from deploy.cli.plays import PLAYS


@pytest.mark.hazard("H-AGENCY-41", control="plays-only-in-training")
@pytest.mark.parametrize("command", [["sandbox"], *(["play", name, str(uuid4())] for name in sorted(PLAYS))])
def test_production_refuses(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path))
    monkeypatch.setenv("CASEPATH_ENVIRONMENT", "production")
    done = CliRunner().invoke(casepath, ["agencies", *command])
    assert type(done.exception).__name__ == "RefusedInProduction" or "production" in done.output
    assert done.exit_code != 0
