"""Time to match a person's needs with a directory of 10,000 providers."""

import random
import sys
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from deploy.cli import servers
from deploy.cli.console import print_table
from services.support.help.provider.actions.matching import matches_for, wanted_by
from services.support.help.provider.models import Provider
from shared.access.permissions import ALL
from shared.access.tokens import STAFF, Principal
from shared.reference import codes
from shared.store.database import Database, engine_for
from tests.benchmarks.measurement import Measurement, machine
from tests.benchmarks.stage import folder
from tests.kit import databases
from tests.kit.harness import add_case

PROVIDERS, NEEDS, WARM_UP = 10_000, 100, 10
_NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
_READER = Principal(str(UUID(int=1)), frozenset(("support_worker",)), STAFF)
_REGIONS = ("NL-ZH", "NL-NH", "NL-UT", "NL-GE", "NL-GR")
_LANGUAGES = ("nl", "en", "bg", "ro", "ar", "vi")


def compare() -> tuple[list[Measurement], dict[str, Any]]:
    """Match a hundred needs, each of another kind, with the whole directory, from the query to the explained result."""
    with (
        folder() as place,
        servers.postgres(place / "postgres", *servers.free_ports(1), keep=False) as store,
        databases.migrated(store, "support") as url,
    ):
        engine = engine_for(url)
        database, case, chance = Database(engine), uuid4(), random.Random(1)
        with database.transaction() as session:
            add_case(session, "support", case)
            session.execute(insert(Provider), [_provider(chance) for _ in range(PROVIDERS)])
        asked = [_asked(chance) for _ in range(WARM_UP + NEEDS)]
        times, suiting = [], []
        for query in asked:
            milliseconds, count = _timed(database, case, query)
            times.append(milliseconds)
            suiting.append(count)
        engine.dispose()
    times = times[WARM_UP:]
    late = quantiles(times, n=20)[-1]
    print_table(
        [f"{PROVIDERS:,} providers, {NEEDS} needs", "median, ms", "95 of 100, ms", "suited, median"],
        [["matched, and each answer explained", f"{median(times):.1f}", f"{late:.1f}", f"{median(suiting):.0f}"]],
    )
    sys.stderr.write(f"{len(times)} matches\n")
    what = f"matching a need with {PROVIDERS:,} providers, each answer explained, median"
    figures = {**machine(), "median_ms": round(median(times), 2), "p95_ms": round(late, 2)}
    return [Measurement(what, round(median(times), 1), "ms", 50)], {"matching": figures}


def _timed(database: Database, case: UUID, query: dict[str, str]) -> tuple[float, int]:
    began = perf_counter()
    with database.transaction() as session:
        matches = _matched(session, case, query)
    return (perf_counter() - began) * 1000, int(str(matches["suiting_count"]))


def _matched(session: Session, case: UUID, query: dict[str, str]) -> dict[str, object]:
    return matches_for(session, query["service_type"], wanted_by(session, case, query, _NOW, ALL, by=_READER))


def _provider(chance: random.Random) -> dict[str, Any]:
    offers = sorted(codes("service_type"))
    return {
        "id": uuid4(),
        "version": 1,
        "name": "Fictitious",
        "agency": None,
        "state": "active" if chance.random() < 0.95 else "temporarily_closed",
        "services": chance.sample(offers, chance.randint(1, 5)),
        "languages": chance.sample(_LANGUAGES, chance.randint(1, 3)),
        "country": "NL",
        "regions": chance.sample(_REGIONS, chance.randint(0, 2)),
        "serves": chance.sample(sorted(codes("served_gender")), chance.randint(0, 2)),
        "takes_children": chance.random() < 0.5,
        "children_up_to": chance.choice((None, 12, 18)),
        "asks_status": chance.choice(sorted(codes("asked_status"))),
        "vacancy": chance.choice(sorted(codes("vacancy_state"))),
        "free_places": chance.choice((None, 0, 1, 4)),
        "counted_at": _NOW,
        "known_until": _NOW.date() + timedelta(days=chance.randint(-3, 3)),
        "stated_by": uuid4(),
        "stated_at": _NOW,
    }


def _asked(chance: random.Random) -> dict[str, str]:
    asked = {"service_type": chance.choice(sorted(codes("service_type"))), "language": chance.choice(_LANGUAGES)}
    more = {
        "region": chance.choice(_REGIONS),
        "avoid": chance.choice(_REGIONS),
        "gender": chance.choice(sorted(codes("served_gender"))),
        "oldest_child": str(chance.randint(0, 17)),
        "status": chance.choice(sorted(codes("asked_status"))),
    }
    return asked | {name: text for name, text in more.items() if chance.random() < 0.5}
