"""A client that a public generator makes of a service's document: it is made without a warning, and its types hold."""

import subprocess
import sys
from pathlib import Path

import pytest

from services import PORTS
from tests.kit.generated import generate


@pytest.mark.parametrize("service", PORTS)
def test_a_generated_client_type_checks(service: str, tmp_path: Path) -> None:
    package = generate(service, tmp_path)
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "/dev/null", package.name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
