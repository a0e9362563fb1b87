"""Response times of a search by name, for a name in the cases of others and for an unknown one."""

import random
import sys
from statistics import median
from typing import Any
from uuid import uuid4

from deploy.cli.console import print_table
from tests.benchmarks.measurement import Measurement, machine
from tests.benchmarks.routes import casework
from tests.benchmarks.routes.beside import _milliseconds, _start_intake
from tests.benchmarks.routes.client import TOKEN_SECONDS, Client
from tests.benchmarks.stage import folder, servers_in
from tests.kit import serving
from tests.kit.serving import Site

#: Other people's cases with the known name, and the searcher's own cases, which have another name.
OTHERS, OWN = 200, 50
REPEATS, WARM_UP = 600, 50
#: Two names of the same form: equal numbers of words, letters and keys.
KNOWN, UNKNOWN, MINE = "Ruxandra Vranceanu", "Kostadin Miroslavi", "Henrique Bolzoyat"
#: Above this ratio, a user with a thousand attempts could distinguish the two by their medians.
RATIO_GOAL = 1.05


def compare() -> tuple[list[Measurement], dict[str, Any]]:
    """Search for the two names in random order; return the ratio of their medians with its goal, and all figures."""
    with folder() as place, servers_in(place) as (store, broker):
        broker.add_vhost("search")
        with serving.opened(place, store, broker.uri("search"), "search", forks=False) as site:
            _start_intake(site)
            milliseconds = _measured(site)
    known, unknown = median(milliseconds[KNOWN]), median(milliseconds[UNKNOWN])
    ratio = round(max(known, unknown) / min(known, unknown), 3)
    print_table(
        ["a search for a name that", "median, ms", "of so many"],
        [
            [f"{OTHERS} cases of others have", f"{known:.2f}", str(REPEATS)],
            ["no case has", f"{unknown:.2f}", str(REPEATS)],
            ["the slower beside the other", f"{ratio:.3f} times", ""],
        ],
    )
    what = "searching a name of others' cases and an unknown one, the slower beside the other"
    figures = {**machine(), "known_milliseconds": round(known, 3), "unknown_milliseconds": round(unknown, 3)}
    return [Measurement(what, ratio, "x", RATIO_GOAL)], {"search": {**figures, "times": ratio}}


def _measured(site: Site) -> dict[str, list[float]]:
    others, searcher = (_client(site) for _ in range(2))
    for client, name, count in ((others, KNOWN, OTHERS), (searcher, MINE, OWN)):
        for _ in range(count):
            _named(client, name)
    names = [KNOWN, UNKNOWN] * (WARM_UP + REPEATS)
    random.Random(1).shuffle(names)
    milliseconds: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for name in names:
        milliseconds[name].append(_milliseconds(lambda name=name: _search(searcher, name)))  # type: ignore[misc]
    sys.stderr.write(f"{len(names)} searches\n")
    return {name: measured[WARM_UP:] for name, measured in milliseconds.items()}


def _client(site: Site) -> Client:
    return Client(site.installation.ports["intake"], site.targets.token(("caseworker",), str(uuid4()), TOKEN_SECONDS))


def _named(client: Client, name: str) -> None:
    case = casework.open_case(client, anonymous=False)
    given, family = name.split()
    names = [{"kind": "given", "name": given}, {"kind": "family", "name": family}]
    _, version = client.ask("GET", f"/v1/cases/{case}")
    client.ask("PUT", f"/v1/cases/{case}/person", {"names": names}, If_Match=version)


def _search(client: Client, name: str) -> None:
    found, _ = client.ask("POST", "/v1/searches", {"name": name})
    if found["found"]:
        raise RuntimeError("A case of others was found.")
