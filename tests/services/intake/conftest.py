"""Intake's door on a real database."""

import json

import pytest

from services.intake.service import PLAN
from shared.access.tokens import Verifier, public_set
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.encryption import Keys
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.shared.test_edge import KEY, Client


@pytest.fixture
def door(database: Database, own_keys: Keys) -> RequestPipeline:
    clock = TimeSource(movable=True)
    database.provide(TIME_SOURCE, clock)
    return RequestPipeline(
        database, clock, Verifier(json.dumps(public_set([KEY]))), PLAN.following.emits, PLAN.access, PLAN.cases
    )


@pytest.fixture
def worker(door: RequestPipeline) -> Client:
    return Client(door, "caseworker")
