"""The `directory` commands: reading a provider from an HSDS file, and writing one; support is a small real server."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import hsds
from deploy.cli.__main__ import casepath
from deploy.cli.hsds import EntryRefused
from services.support.help.provider.schemas import AddProvider, CountPlaces
from shared.reference import codes
from tests.kit.stand_in import StandIn

TODAY = date(2026, 11, 27)
HARBOUR = UUID("0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57")
PROVIDER: dict[str, Any] = {
    "id": str(HARBOUR),
    "name": "Fictitious Harbour",
    "agency": "75eaa3e1-0d1b-5f24-b7c5-6f7aee6d2a49",
    "state": "active",
    "services": ["accommodation_emergency", "counselling"],
    "languages": ["nl", "bg"],
    "country": "NL",
    "regions": ["NL-ZH"],
    "serves": ["women"],
    "takes_children": True,
    "children_up_to": 12,
    "boys_up_to": 10,
    "minimum_age": 18,
    "maximum_age": None,
    "access": ["step_free"],
    "asks_status": "none",
    "vacancy": "free",
    "free_places": 2,
    "counted_at": "2026-11-25T09:00:00+00:00",
    "known_until": "2026-12-01",
}
STATED = [name for name in PROVIDER if name not in ("id", "vacancy", "free_places", "counted_at", "known_until")]
STREET = "1 High Street, fictitious"


class Directory:
    """Support's directory: stores what was sent by id, and accepts each id once."""

    def __init__(self) -> None:
        self.providers: dict[str, dict[str, Any]] = {}

    def answer(self, service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        assert service == "support"
        own = path.partition("?")[0].removeprefix("/v1/providers").strip("/").partition("/")[0]
        if method == "GET":
            return 200, self.providers[own] if own else {"providers": [*self.providers.values()], "next": None}
        if path.endswith("/places") or method == "PUT":
            self.providers[own] |= body
            return 200, {"id": own}
        if body["id"] in self.providers:
            return 409, {"title": "Not possible now"}
        self.providers[body["id"]] = {"vacancy": "not_known", "counted_at": None, **body}
        return 201, {"id": body["id"]}


@pytest.fixture
def directory(services: StandIn, monkeypatch: pytest.MonkeyPatch) -> Directory:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda _urls: services.targets)
    kept = Directory()
    services.answer, services.headers = kept.answer, {"ETag": '"1"'}
    return kept


def run(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["directory", *arguments])


def written(file: Path, *services: Any) -> str:
    file.write_text(json.dumps({"contents": services}), encoding="utf-8")
    return str(file)


def changed(**more: Any) -> dict[str, Any]:
    return {**hsds.service_of(PROVIDER), **more}


def counted(*available: int, updated: str = "2026-11-25T09:00:00Z") -> list[dict[str, Any]]:
    return [{"id": str(uuid4()), "available": places, "updated": updated} for places in available]


def test_what_is_written_is_read_again_as_it_was() -> None:
    service = json.loads(json.dumps(hsds.service_of(PROVIDER)))
    assert hsds.id_of(service) == HARBOUR
    assert hsds.stated_of(service) == {name: PROVIDER[name] for name in STATED}
    places = hsds.places_of(service, TODAY)
    assert places == {name: PROVIDER[name] for name in ("vacancy", "free_places", "known_until", "counted_at")}


@given(
    services=st.lists(st.sampled_from([*codes("service_type")]), min_size=1, unique=True),
    serves=st.lists(st.sampled_from([*codes("served_gender")]), unique=True),
    regions=st.lists(st.sampled_from(["NL-ZH", "NL-NH"]), unique=True),
    takes_children=st.booleans(),
    state=st.sampled_from([*codes("provider_state")]),
    asks_status=st.sampled_from([*codes("asked_status")]),
    agency=st.none() | st.just(PROVIDER["agency"]),
    boys_up_to=st.none() | st.integers(0, 25),
    minimum_age=st.none() | st.integers(0, 120),
    maximum_age=st.none() | st.integers(0, 120),
    access=st.none() | st.lists(st.sampled_from([*codes("access_need")]), min_size=1, unique=True),
)
def test_any_provider_is_read_as_it_was_written_and_as_support_takes_it(**said: Any) -> None:
    provider = {**PROVIDER, "children_up_to": None, **said}
    service = hsds.service_of(provider)
    stated = hsds.stated_of(service)
    assert stated == {name: provider[name] for name in STATED}
    assert not AddProvider.schema().validate({"id": str(hsds.id_of(service)), **stated})
    assert not CountPlaces.schema().validate(hsds.places_of(service, TODAY) or {"vacancy": "none"})


@pytest.mark.parametrize(
    ("service", "places"),
    [
        (changed(attributes=[], capacities=counted(3)), ("free", 3, "2026-12-02")),
        (changed(attributes=[], capacities=counted(0)), ("full", 0, "2026-12-02")),
        (changed(attributes=[], capacities=counted(0, 4)), ("free", None, "2026-12-02")),
        (changed(attributes=[], capacities=counted(3, updated="2026-11-20T09:00:00Z")), ("free", 3, "2026-11-27")),
        (changed(attributes=[], capacities=counted(3, updated="2026-11-19T09:00:00Z")), None),
        (changed(attributes=[], capacities=[]), None),
    ],
)
def test_a_count_is_believed_for_seven_days_from_its_time(service: Any, places: tuple[object, ...] | None) -> None:
    read = hsds.places_of(service, TODAY)
    assert (read and (read["vacancy"], read["free_places"], read["known_until"])) == places


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"attributes": []}, "attributes"),
        ({"status": "open"}, "status"),
        ({"service_areas": [{"extent": "the whole town"}]}, "service_areas"),
        ({"service_areas": [{"extent": "NL"}, {"extent": "RO-B"}]}, "service_areas"),
        ({"languages": "nl"}, "languages"),
    ],
)
def test_what_can_be_no_provider_is_refused_by_its_part(change: dict[str, Any], why: str) -> None:
    with pytest.raises(EntryRefused, match=why):
        hsds.stated_of(changed(**change))


@pytest.mark.parametrize(
    "place",
    [
        {"service_at_locations": [{"location": {"addresses": [{"address_1": STREET}]}}]},
        {"service_at_locations": [{"location": {"latitude": 51.9}}]},
        {"organization": {"locations": [{"addresses": [{"postal_code": "fictitious"}]}]}},
    ],
)
def test_a_file_with_the_address_of_a_shelter_is_refused_and_the_address_not_stored(
    directory: Directory, services: StandIn, tmp_path: Path, place: dict[str, Any]
) -> None:
    file = written(tmp_path / "in.json", changed(**place))
    done = run("load", file, "--json")
    assert (done.exit_code, json.loads(done.stdout)["refused"], services.requests) == (1, 1, [])
    rejects = tmp_path / "in.rejects.json"
    [refused] = json.loads(rejects.read_text(encoding="utf-8"))["contents"]
    assert refused["refused_because"]
    assert not any(
        word in rejects.read_text(encoding="utf-8") + done.output for word in (STREET, "51.9", "postal_code")
    )
    assert rejects.stat().st_mode & 0o077 == 0
    assert run("load", str(rejects), "--json").exit_code == 0
    assert directory.providers.keys() == {str(HARBOUR)}


def test_who_is_no_shelter_comes_in_without_the_address(
    directory: Directory, services: StandIn, tmp_path: Path
) -> None:
    # The number of free places is imported only while it is valid, and the command uses the date of the machine.
    advice = hsds.service_of({**PROVIDER, "services": ["legal_advice"], "known_until": "2199-12-31"})
    place = {"service_at_locations": [{"location": {"addresses": [{"address_1": STREET}]}}]}
    assert run("load", written(tmp_path / "in.json", {**advice, **place})).exit_code == 0
    assert directory.providers[str(HARBOUR)]["free_places"] == 2
    assert STREET not in json.dumps([request[3] for request in services.requests])


def test_a_file_can_be_loaded_again_and_changes_what_is_another(directory: Directory, tmp_path: Path) -> None:
    first, second = changed(), hsds.service_of({**PROVIDER, "id": str(uuid4()), "name": "Fictitious Haven"})
    file = written(tmp_path / "in.json", first, second, {"id": "x"})
    becomes = [run("load", file, "--json"), run("load", file, "--json")]
    became = [json.loads(load.stdout) for load in becomes]
    assert [(load["added"], load["changed"], load["same"], load["refused"]) for load in became] == [
        (2, 0, 0, 1),
        (0, 0, 2, 1),
    ]
    anew = written(tmp_path / "in.json", {**first, "name": "Fictitious Port"}, second)
    assert json.loads(run("load", anew, "--json").stdout)["changed"] == 1
    assert directory.providers[str(HARBOUR)]["name"] == "Fictitious Port"
    assert not (tmp_path / "in.rejects.json").exists()


def test_the_directory_is_exported_as_a_page_that_can_be_loaded(directory: Directory, tmp_path: Path) -> None:
    directory.providers[str(HARBOUR)] = dict(PROVIDER)
    file = tmp_path / "out.json"
    assert run("export", str(file)).exit_code == 0
    page = json.loads(file.read_text(encoding="utf-8"))
    assert (page["total_items"], page["contents"][0]["capacities"][0]["updated"]) == (1, PROVIDER["counted_at"])
    assert json.loads(run("load", str(file), "--json").stdout)["same"] == 1


@pytest.mark.parametrize("text", ["not json", '{"services": []}', "[1]"])
def test_a_file_of_something_else_is_refused_before_anything_is_sent(
    directory: Directory, services: StandIn, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "in.json"
    file.write_text(text, encoding="utf-8")
    assert (run("load", str(file)).exit_code, services.requests, directory.providers) == (2, [], {})
