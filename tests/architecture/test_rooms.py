"""Rooms: every topic is held to its layers, and nothing is read of others that nobody does anything with."""

import configparser

import pytest

from deploy.cli.installation import SERVICES
from services.registry import parts_of
from shared.exchange.follower import Following
from tests.architecture.source import CHECKOUT


def topics_of(service: str) -> set[str]:
    """The rooms of a service, by what they are imported as."""
    folder = CHECKOUT / "services" / service
    rooms = {path.parent.name for path in folder.glob("*/__init__.py")} - {"migrations"}
    return {f"services.{service}.{room}" for room in rooms}


def test_each_topic_is_held_to_the_layers_inside_a_topic() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(CHECKOUT / ".importlinter")
    held = set(contracts["importlinter:contract:topics"]["containers"].split())
    assert held == set().union(*map(topics_of, SERVICES))


def without_use(following: Following) -> set[str]:
    """The types that are read for nothing: no projection stores them, no reaction follows from them."""
    used = {key for projection in following.projections for key in projection.reads}
    used |= {reaction.on for reaction in following.reactions}
    return {read.key for read in following.reads.reads} - used


@pytest.mark.parametrize("service", SERVICES)
def test_each_event_that_is_read_is_stored_or_acted_on(service: str) -> None:
    parts, _service_class = parts_of(service)
    assert without_use(parts.following) == set()


def test_a_projection_that_was_forgotten_is_found() -> None:
    following = parts_of("legal")[0].following
    forgetful = Following(following.service, following.emits, following.reads, following.projections[1:])
    assert without_use(forgetful)
