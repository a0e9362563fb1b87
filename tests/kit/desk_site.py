"""The desk on a separate database, with the training provider and stand-ins for the services."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from deploy.cli.servers import free_ports
from deploy.training.provider import TrainingProvider, server
from services.web.desk import application
from services.web.parts import desk_of
from tests.kit.desk import ADDRESS, Clock, Site, settings_of
from tests.kit.stand_in import StandIn


@contextmanager
def serving_provider() -> Iterator[TrainingProvider]:
    """Run a training provider that leads back to the desk."""
    [port] = free_ports(1)
    training = TrainingProvider(f"http://127.0.0.1:{port}", ADDRESS)
    serving = server(training, "127.0.0.1", port)
    threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield training
    finally:
        serving.shutdown()
        serving.server_close()


@contextmanager
def opened_site(database: str, provider: TrainingProvider, services: StandIn) -> Iterator[Site]:
    """Open the desk on a database that is migrated."""
    clock = Clock()
    desk = replace(desk_of(settings_of(database, provider, services)), clock=clock)
    desk.sessions.open()
    try:
        yield Site(application(desk), desk, services, provider, clock)
    finally:
        desk.sessions.close()
