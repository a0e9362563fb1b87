"""The staff who play the stories, the agency that receives their events, and the test clock of all services."""

from collections.abc import Iterator

import pytest

from deploy.cli.api import Targets
from deploy.cli.journey.desk import Desk
from tests.e2e.support_stories.support_case import house_of
from tests.kit.listening_agency import ListeningAgency
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
def harbour(installation: Targets) -> ListeningAgency:
    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "GB"}
    purposes = ("referral_for_support", "accommodation_placement")
    return ListeningAgency.agreed_with(installation, entry, purposes, ("contact_safe", "health", "account"))
