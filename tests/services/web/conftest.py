"""The desk on a database of its own, with the training provider and stand-ins for the services."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from deploy.cli.servers import PostgresServer, free_ports
from deploy.training.provider import TrainingProvider, server
from services.web.desk import application
from services.web.parts import desk_of
from services.web.session.store import Sessions
from shared.sealing.ring import FileRing
from tests.kit.databases import migrated
from tests.kit.desk import ADDRESS, RING, Browser, Clock, Site, answered, settings_of
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
    [port] = free_ports(1)
    training = TrainingProvider(f"http://127.0.0.1:{port}", ADDRESS)
    serving = server(training, "127.0.0.1", port)
    threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield training
    serving.shutdown()
    serving.server_close()


@pytest.fixture
def services() -> Iterator[StandIn]:
    stand_in = StandIn()
    stand_in.answer = answered
    yield stand_in
    stand_in.close()


@pytest.fixture
def site(web_database: str, provider: TrainingProvider, services: StandIn) -> Iterator[Site]:
    clock = Clock()
    desk = replace(desk_of(settings_of(web_database, provider, services)), clock=clock)
    desk.sessions.open()
    yield Site(application(desk), desk, services, provider, clock)
    desk.sessions.close()


@pytest.fixture
def browser(site: Site) -> Browser:
    """A browser in which Mila is signed in."""
    signed_in = site.browser()
    assert signed_in.sign_in().status_code == 303
    site.services.requests.clear()
    return signed_in
