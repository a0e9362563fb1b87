"""A process without an event log loads neither nameko nor eventlet: they need 50 MB and patch the standard library."""

import subprocess
import sys

import pytest

from tests.architecture.source import CHECKOUT

#: The desk and the public pages, and their imports from `shared`.
LIGHT = (
    "services.web.public.worker",
    "services.web.serving",
    "services.web.worker",
    "shared.access.providers.declared",
    "shared.access.providers.fetching",
    "shared.access.tokens",
    "shared.reference",
    "shared.runtime.common_settings",
    "shared.runtime.process_settings",
    "shared.sealing.ring",
    "shared.store.file_address",
    "shared.telemetry.logs",
    "shared.telemetry.metrics",
)
HEAVY = ("nameko", "eventlet", "kombu", "sqlalchemy", "marshmallow")


@pytest.mark.parametrize("module", LIGHT)
def test_modules_of_web_processes_load_no_service_framework_and_no_orm(module: str) -> None:
    assert loaded_by(module).isdisjoint(HEAVY)


def test_the_settings_of_a_service_do_load_them() -> None:
    assert loaded_by("shared.runtime.settings") >= {"nameko", "eventlet"}


def loaded_by(module: str) -> set[str]:
    """Return the packages that a new interpreter has loaded after importing a module."""
    program = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    loaded = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], check=True, capture_output=True, text=True, cwd=CHECKOUT
    )
    return set(loaded.stdout.split())
