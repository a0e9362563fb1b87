"""The desk with its own database, the training provider, and stand-ins for the services."""

from collections.abc import Iterator

import pytest

from deploy.cli.servers import PostgresServer
from deploy.training.provider import TrainingProvider
from services.web.session.store import Sessions
from shared.sealing.ring import FileRing
from tests.kit.databases import migrated
from tests.kit.desk import RING, Browser, Site, answered
from tests.kit.desk_site import opened_site, serving_provider
from tests.kit.stand_in import StandIn


@pytest.fixture
def web_database(postgres: PostgresServer) -> Iterator[str]:
    with migrated(postgres, "web") as url:
        yield url


@pytest.fixture
def sessions(web_database: str) -> Iterator[Sessions]:
    opened = Sessions(web_database, FileRing(RING))
    opened.open()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def provider() -> Iterator[TrainingProvider]:
    with serving_provider() as training:
        yield training


@pytest.fixture
def services() -> Iterator[StandIn]:
    stand_in = StandIn()
    stand_in.answer = answered
    yield stand_in
    stand_in.close()


@pytest.fixture
def site(web_database: str, provider: TrainingProvider, services: StandIn) -> Iterator[Site]:
    with opened_site(web_database, provider, services) as site:
        yield site


@pytest.fixture
def browser(site: Site) -> Browser:
    """A browser in which Mila is signed in."""
    signed_in = site.browser()
    assert signed_in.sign_in().status_code == 303
    site.services.requests.clear()
    return signed_in
