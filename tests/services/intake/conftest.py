"""Intake's HTTP layer on a real database."""

import pytest

from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.encryption import Keys
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, edge_of


@pytest.fixture
def door(database: Database, own_keys: Keys) -> RequestPipeline:
    clock = TimeSource(movable=True)
    database.provide(TIME_SOURCE, clock)
    return edge_of(database, clock=clock)


@pytest.fixture
def worker(door: RequestPipeline) -> Client:
    return Client(door, "caseworker")
