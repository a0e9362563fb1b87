"""The house whose people play the stories, the agency beside it, and the clock of all services."""

from collections.abc import Iterator

import pytest

from deploy.cli.api import Targets
from deploy.cli.journey.desk import Desk
from tests.e2e.support_stories.support_case import Harbour, house_of
from tests.kit.passing_time import PassingTime


@pytest.fixture
def time(installation: Targets) -> Iterator[PassingTime]:
    passing = PassingTime(installation)
    yield passing
    passing.reset()


@pytest.fixture
def house(installation: Targets) -> Desk:
    return house_of(installation)


@pytest.fixture(scope="module")
def harbour(installation: Targets) -> Harbour:
    return Harbour.agreed_with(installation)
