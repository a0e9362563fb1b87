"""Sizes with which each part takes seconds: the figures are meaningless, but each part runs to its end."""

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Final

from tests.benchmarks import (
    derivation,
    deriving,
    desk,
    doubts,
    flood,
    installation,
    linking,
    lists,
    matching,
    matters,
    memory,
    risk_change,
    search,
)
from tests.benchmarks.cost import dearest
from tests.benchmarks.exchange import rounds
from tests.benchmarks.exchange.systems import CEILING, NAMEKO, OURS
from tests.benchmarks.load import beside as load
from tests.benchmarks.routes import beside as routes
from tests.benchmarks.webhooks import beside as webhooks
from tests.benchmarks.webhooks import gate
from tests.kit.intake import many_cases

#: The others are installed for `make bench` only.
_SYSTEMS: Final = (OURS, CEILING, replace(NAMEKO, python=Path(sys.executable)))
_SIZES: Final[tuple[tuple[ModuleType, dict[str, object]], ...]] = (
    (many_cases, {"CASES": 2_000}),
    (installation, {"STARTS": 1, "JOURNEYS": 1}),
    (memory, {"EVENTS": 1_000, "SUBJECTS": 100, "SAMPLE_SECONDS": 0.2}),
    (routes, {"CASES": 4, "REQUESTS": 2, "WARM_UP": 1, "SETTLE_SECONDS": 0.0}),
    (lists, {"REQUESTS": 2, "WARM_UP": 1}),
    (desk, {"FEW": 2_000, "MANY": 2_000, "PAGES": 5, "WARM_UP": 1, "ROUNDS": 1, "SETTLE_SECONDS": 0.1}),
    (flood, {"REQUESTS": 40, "WARM_UP": 10, "SENDERS": 2, "PAUSE_SECONDS": 0.02}),
    (matters, {"MATTERS": 2, "DATES": 4, "ROUNDS": 3, "WARM_UP": 1}),
    (search, {"OTHERS": 2, "OWN": 2, "REPEATS": 3, "WARM_UP": 1}),
    (derivation, {"CASES": 4}),
    (doubts, {"HISTORIES": 10}),
    (deriving, {"ROUNDS": 3, "WARM_UP": 1}),
    (matching, {"PROVIDERS": 50, "NEEDS": 3, "WARM_UP": 1}),
    (risk_change, {"LEADS": 2, "CASES_OF_ONE": 2, "CHANGES": 3, "WARM_UP": 1}),
    (dearest, {"CASES": 2, "BODIES": 1, "TRIES": 1, "MOST_ROUTES": 1}),
    (load, {"ALONE_SECONDS": 0.5, "CONNECTIONS": 4, "REQUESTS": 20}),
    (webhooks, {"RECEIVERS": 2, "EVENTS": 10, "ENDPOINTS": 3, "RATE": 20, "SECONDS": 1, "BEHIND": 20}),
    (gate, {"AGENCIES": 3, "PERSONS": 20, "BATCHES": 2, "BATCH": 5, "PAGE": 20}),
    (linking, {"SEEDS": 1, "SPANS": (5,)}),
    (rounds, {"WARM_UP": 5, "SINGLES": 3, "ALL": _SYSTEMS, "NAMEKO": _SYSTEMS[-1]}),
)
#: Events of one measurement of the exchange.
EVENTS: Final = 20


def shrink() -> None:
    """Set the sizes of all parts in this process. Raises `AttributeError` for a size that a part lacks."""
    for module, sizes in _SIZES:
        for name, size in sizes.items():
            getattr(module, name)
            setattr(module, name, size)
