"""The fixtures of a day at the desk. At its end, no tab has an error, and none sent a request to another origin."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from deploy.cli.api import Targets
from deploy.cli.installation import Installation
from tests.kit.desk_day import Day

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def has_scripts() -> bool:
    """Return whether browsers run scripts; a test can override it."""
    return True


@pytest.fixture
def day(
    chromium: "Browser", desk: str, running_installation: Installation, installation: Targets, has_scripts: bool
) -> Iterator[Day]:
    provider = f"http://127.0.0.1:{running_installation.ports['training_sign_in']}"
    day = Day(chromium, desk, provider, installation, has_scripts)
    yield day
    complaints = [complaint for tab in day.tabs for complaint in tab.complaints]
    for tab in day.tabs:
        tab.page.context.close()
    assert complaints == []
