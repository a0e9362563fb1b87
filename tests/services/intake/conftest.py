"""Intake's door on a real database."""

import json

import pytest

from services.intake.service import PLAN
from shared.clock import Clock
from shared.database import Database
from shared.keys import Keys
from shared.tokens import Verifier, public_set
from shared.web import Door
from tests.shared.test_edge import KEY, Client


@pytest.fixture
def door(database: Database, own_keys: Keys) -> Door:
    clock = Clock(movable=True)
    database.standing["clock"] = clock
    return Door(database, clock, Verifier(json.dumps(public_set([KEY]))), PLAN.following.emits, PLAN.access, PLAN.cases)


@pytest.fixture
def worker(door: Door) -> Client:
    return Client(door, "caseworker")
