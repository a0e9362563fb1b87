"""Run the files that use the shared installation first, then the files that start an installation of their own.

The shared installation is stopped before the others start: an idle one uses a third of a processor.
"""

import pytest

from tests.kit.installation import SharedInstallation

SHARED = "running_installation"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    sharing = {item.path for item in items if SHARED in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: item.path not in sharing)


@pytest.fixture(scope="module", autouse=True)
def _one_installation_at_a_time(request: pytest.FixtureRequest, shared_installation: SharedInstallation) -> None:
    mine = (item for item in request.session.items if item.path == request.path)
    if not any(SHARED in getattr(item, "fixturenames", ()) for item in mine):
        shared_installation.end()
