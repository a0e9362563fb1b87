"""Topics: each is listed, uses only lower topics, keeps the order of its files, and uses every event that it reads."""

import configparser
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from deploy.cli.installation import SERVICES
from services.intake.service import TOPICS as INTAKE
from services.legal.service import TOPICS as LEGAL
from services.partners.service import TOPICS as PARTNERS
from services.registry import parts_of
from services.support.service import TOPICS as SUPPORT
from shared.exchange.follower import Following
from shared.runtime.topics import Topics
from tests.architecture.source import CHECKOUT

LISTED = {"intake": INTAKE, "legal": LEGAL, "partners": PARTNERS, "support": SUPPORT}
#: The files of a topic, from the top. Each uses only those below it. None is required.
FILES = ("(topic)", "(actions)", "(hooks)", "(events)", "(schemas)", "(models)", "(rules)")


def topics_of(service: str) -> set[str]:
    """Return the topics of a service, by their import names: all packages in its groups."""
    folder = CHECKOUT / "services" / service
    groups = {path.parent for path in folder.glob("*/__init__.py")} - {folder / "migrations"}
    rooms = {path.parent for group in groups for path in group.glob("*/__init__.py")}
    return {".".join(room.relative_to(CHECKOUT).parts) for room in rooms}


def config_of(service: str, floors: list[list[str]]) -> configparser.ConfigParser:
    """Write the contracts of import-linter for the topics of a service, and for the files of each."""
    config = configparser.ConfigParser()
    config["importlinter"] = {"root_packages": _lines("services"), "exclude_type_checking_imports": "True"}
    groups = {_group_of(floor): floor for floor in floors}
    _add_layers(config, "groups", f"services.{service}", ("service", *groups))
    for group, floor in groups.items():
        rooms = [room.removeprefix(f"{group}.") for room in floor]
        _add_layers(config, f"topics of {group}", f"services.{service}.{group}", rooms)
    config["importlinter:contract:files"] = {
        "name": f"In a topic of {service}, imports point at the rules",
        "type": "layers",
        "containers": _lines(*(f"services.{service}.{room}" for floor in floors for room in floor)),
        "layers": _lines(*FILES),
        "exhaustive": "True",
    }
    return config


def _add_layers(config: configparser.ConfigParser, name: str, container: str, layers: Iterable[str]) -> None:
    config[f"importlinter:contract:{name}"] = {
        "name": f"In {container}, each topic uses only those below it",
        "type": "layers",
        "containers": _lines(container),
        "layers": _lines(*layers),
        "exhaustive": "True",
        "exhaustive_ignores": _lines("migrations"),
    }


def _group_of(floor: list[str]) -> str:
    """Return the folder of a floor."""
    groups = {room.rpartition(".")[0] for room in floor}
    assert len(groups) == 1, "a floor is one group"
    return groups.pop()


def _lines(*lines: str) -> str:
    return "".join(f"\n{line}" for line in lines)


def is_kept(tmp_path: Path, config: configparser.ConfigParser) -> bool:
    with (tmp_path / "contracts").open("w") as file:
        config.write(file)
    return lint_imports(config_filename=str(tmp_path / "contracts")) == 0


def floors_of(topics: Topics) -> list[list[str]]:
    """Return the topics of each floor, by folder and topic: `facts.person`."""
    return [[f"{topic.group}.{topic.room}" for topic in floor] for floor in topics.floors]


@pytest.mark.parametrize("service", LISTED)
def test_each_topic_uses_only_topics_below_it_and_keeps_the_order_of_its_files(tmp_path: Path, service: str) -> None:
    assert is_kept(tmp_path, config_of(service, floors_of(LISTED[service])))


@pytest.mark.parametrize("service", SERVICES)
def test_each_topic_is_listed(service: str) -> None:
    listed = {f"services.{service}.{room}" for floor in floors_of(LISTED[service]) for room in floor}
    assert listed == topics_of(service)


def first(floors: list[list[str]], room: str) -> list[list[str]]:
    return [sorted(floor, key=lambda each: each != room) for floor in floors]


PLANTED: Mapping[str, list[list[str]]] = {
    "a topic that uses one listed before it": first(floors_of(LEGAL), "matters.matter_file"),
    "a group that uses a higher one": [*floors_of(LEGAL)[1:], floors_of(LEGAL)[0]],
    "a topic that is not listed": [[room for room in floor if room != "matters.note"] for floor in floors_of(LEGAL)],
}


@pytest.mark.parametrize("floors", PLANTED.values(), ids=PLANTED)
def test_a_wrong_order_of_topics_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], floors: list[list[str]]
) -> None:
    assert not is_kept(tmp_path, config_of("legal", floors))
    assert f"{len(floors) + 1} kept, 1 broken" in capsys.readouterr().out


def test_a_file_of_a_topic_that_uses_a_higher_one_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = config_of("legal", floors_of(LEGAL))
    config["importlinter:contract:files"]["layers"] = _lines(*reversed(FILES))
    assert not is_kept(tmp_path, config)
    assert f"{len(LEGAL.floors) + 1} kept, 1 broken" in capsys.readouterr().out


def without_use(following: Following) -> set[str]:
    """Return the unused types: no projection stores them, and no reaction follows from them."""
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
