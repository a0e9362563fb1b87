"""The office whose people play the stories, the agency beside it, and the clock of all services."""

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
    """Hire a lead, a support worker, and three advisers: one is supervised, one stands in, one will be kept apart."""
    members = {role: str(uuid4()) for role in (LEAD, WORKER, ADVISER, SUPERVISOR)}
    first = Desk(installation, members=members, patience=20)
    deputy, apart = (Desk(installation, members={ADVISER: str(uuid4())}, patience=20) for _ in range(2))
    led = {"supervisor": first.member(SUPERVISOR), "member": first.member(ADVISER)}
    first.api("operator").post("intake", "/v1/supervisions", led)
    return Office(first, deputy, apart)


@pytest.fixture(scope="module")
def union(installation: Targets) -> ListeningAgency:
    """An agency that helps with claims: it hears of limits and of money as far as somebody consents to that."""
    entry = {"name": "Fictitious Union", "type": "TradeUnion", "country": "GB"}
    purposes = ("legal_representation", "compensation_claim")
    return ListeningAgency.agreed_with(installation, entry, purposes, ("account", "finances", "immigration"))
