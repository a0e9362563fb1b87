"""A projection sends the same INSERT statements for a batch of any size, so that none is compiled again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest

import shared
from deploy.cli.installation import SERVICES
from deploy.cli.servers import PostgresServer
from services.registry import parts_of
from shared.events.contract import Reads, Received
from shared.events.envelope import from_document
from shared.exchange.follower import Projection
from shared.runtime.process import ServiceParts
from tests.kit.harness import harness
from tests.kit.statements import statements

pytestmark = pytest.mark.integration

SAMPLES = Path(__file__).resolve().parents[1] / "contracts" / shared.__version__
PARTS: dict[str, ServiceParts] = {service: parts_of(service)[0] for service in SERVICES}
PROJECTIONS = [(service, projection) for service in SERVICES for projection in PARTS[service].following.projections]
#: Batches of two sizes; one event could be a special case.
FEW, MANY = 3, 40
#: The projection that only deletes.
DELETES = "erasure"


@cache
def sample_documents(key: str) -> Sequence[Mapping[str, Any]]:
    """Return the stored sample events of a type, such as `intake.case.closed`."""
    source, _, name = key.partition(".")
    paths = sorted((SAMPLES / source).glob(f"{name}.v*.json"))
    return [document for path in paths for document in json.loads(path.read_text(encoding="utf-8"))["events"]]


def renamed(value: Any, copy: int) -> Any:
    """Return a document with other ids. Each id is replaced by the same one everywhere."""
    if isinstance(value, dict):
        return {name: renamed(each, copy) for name, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, copy) for each in value]
    try:
        return str(uuid5(UUID(value), str(copy))) if isinstance(value, str) else value
    except ValueError:
        return value


def batch(reads: Reads, key: str, size: int) -> Iterator[Received]:
    for position in range(1, size + 1):
        documents = sample_documents(key)
        document = renamed(documents[position % len(documents)], position)
        if ".clock." in key:  # support keeps the periods of this kind
            document["data"] |= {"code": "NL.RECOVERY_MIN", "kind": "minimum"}
        if ".fact." in key:  # partners keeps the facts that begin a stage of the criminal proceedings
            document["data"] |= {"kind": "prosecution_brought"}
        opened = reads.open(from_document({**document, "sequence": f"{position:020}"}))
        if opened is not None:
            yield opened


@pytest.mark.hazard("H-OPERATION-7", control="compiled-once")
@pytest.mark.parametrize(("service", "projection"), PROJECTIONS, ids=[f"{s}-{p.name}" for s, p in PROJECTIONS])
def test_a_projection_sends_the_same_inserts_for_batches_of_any_size(
    postgres: PostgresServer, service: str, projection: Projection
) -> None:
    sent: dict[int, set[str]] = {}
    with harness(service, postgres) as own:
        for size in (FEW, MANY):
            with own.database.transaction() as session, statements() as made:
                for key in sorted(projection.reads):
                    received = list(batch(PARTS[service].following.reads, key, size))
                    if received:
                        projection.project(session, received)
                session.rollback()
            sent[size] = {each.text for each in made if "insert into" in each.text.lower()}
    assert bool(sent[FEW]) == (projection.name != DELETES)
    assert sent[MANY] == sent[FEW]
