"""The client that a public generator makes from a service's document: no warnings, and its types check."""

import subprocess
import sys
from pathlib import Path

import pytest

from services import PORTS
from tests.kit.generated import generate


@pytest.fixture(scope="module")
def read_already(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the type checker's cache for the libraries that all clients use."""
    return tmp_path_factory.mktemp("read_already")


@pytest.mark.parametrize("service", PORTS)
def test_a_generated_client_type_checks(service: str, tmp_path: Path, read_already: Path) -> None:
    package = generate(service, tmp_path)
    settings = ["--strict", "--config-file", "/dev/null", "--cache-dir", str(read_already)]
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", *settings, package.name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
