"""The staff who play the stories, the agency that receives their events, and the test clock of all services."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from deploy.cli.api import Targets
from deploy.cli.journey.desk import Desk
from tests.e2e.justice_stories.justice_case import ADVISER, SUPERVISOR, WORKER, Office
from tests.kit.listening_agency import ListeningAgency
from tests.kit.passing_time import PassingTime
from tests.kit.team_case import LEAD


@pytest.fixture
def time(installation: Targets) -> Iterator[PassingTime]:
    passing = PassingTime(installation)
    yield passing
    passing.reset()


@pytest.fixture
def office(installation: Targets) -> Office:
    """Register a lead, a support worker and 3 advisers: one supervised, one deputy, one behind a barrier."""
    members = {role: str(uuid4()) for role in (LEAD, WORKER, ADVISER, SUPERVISOR)}
    first = Desk(installation, members=members, patience=20)
    deputy, apart = (Desk(installation, members={ADVISER: str(uuid4())}, patience=20) for _ in range(2))
    led = {"supervisor": first.member(SUPERVISOR), "member": first.member(ADVISER)}
    first.api("operator").post("intake", "/v1/supervisions", led)
    return Office(first, deputy, apart)


@pytest.fixture(scope="module")
def union(installation: Targets) -> ListeningAgency:
    """Return an agency that helps with claims. With consent, it receives events about limitation periods and money."""
    entry = {"name": "Fictitious Union", "type": "TradeUnion", "country": "GB"}
    purposes = ("legal_representation", "compensation_claim")
    return ListeningAgency.agreed_with(installation, entry, purposes, ("account", "finances", "immigration"))
