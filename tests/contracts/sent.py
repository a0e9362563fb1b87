"""Build the events that agencies receive from the samples: each type and version, full, filtered and thin.

`python -m tests.contracts.sent FOLDER` writes them for external validators (`make contracts`). It also writes the
tooling document as agencies with one purpose each receive it.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import shared
from services.partners.channels.delivery.actions.endpoint import test_event
from services.partners.streams.event_type.actions import asyncapi
from services.partners.streams.event_type.rules import may_hear
from services.partners.streams.pseudonym.rules import Pseudonyms
from services.partners.streams.stream.rules import Happened, Place, emptied, written
from services.partners.streams.subscription.rules import FULL, THIN
from shared.events.envelope import new_id, type_of
from shared.events.outside import OutsideType, catalogue
from shared.reference import codes, id_of_authority

SAMPLES = Path(__file__).parent / shared.__version__
CODES = {str(id_of_authority(code)): code for code in codes("authority")}
AN_AUTHORITY = next(iter(CODES))
#: Each type with each version in which it is published.
HANDED = [
    (kind, version)
    for kind in catalogue().values()
    if kind.audience.leaves
    for version in (kind.version, *(form.version for form in kind.older if not form.refused))
]
_AGENCY = UUID("0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57")
_NOW = datetime(2026, 3, 2, 9, 41, 7, tzinfo=UTC)
_NAMES = Pseudonyms(bytes(range(32)))


def sample_events(kind: OutsideType) -> list[dict[str, Any]]:
    """Return a type's samples, as its service publishes them to the other services."""
    path = SAMPLES / kind.service / f"{kind.name}.v{kind.version}.json"
    events: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["events"]
    return events


def sample_data(kind: OutsideType) -> list[dict[str, Any]]:
    """Return the data of a type's samples.

    If an older version contains an authority's code, use an authority of the law.
    """
    by_code = {name for form in kind.older for name in form.by_code}
    return [{**event["data"], **dict.fromkeys(by_code, AN_AUTHORITY)} for event in sample_events(kind)]


def documents() -> Iterator[bytes]:
    """Return each kind of event that a channel carries: with all data categories, each single one, none, and thin."""
    every = frozenset(codes("data_category"))
    for kind, version in HANDED:
        for allowed in (every, frozenset[str](), *(frozenset({category}) for category in every)):
            for data in sample_data(kind):
                handed_out = kind.in_version(version, kind.cut(data, allowed), CODES)
                assert handed_out is not None
                happened = Happened(new_id(), new_id(), new_id(), new_id(), version, handed_out)
                yield written(kind, happened, _place(), _NAMES, form=FULL)
        yield written(kind, Happened(new_id(), new_id(), new_id(), None, version, {}), _place(), _NAMES, form=THIN)
    yield emptied(new_id(), _place(), _NAMES)
    yield test_event(new_id(), _NOW).document


def views() -> Iterator[tuple[str, bytes]]:
    """Return the tooling document as served without a key, with an agreement on one purpose, and with none."""
    newest = {(kind.service, kind.name): kind for kind, _ in sorted(HANDED, key=lambda one: one[0].version)}
    opening = {type_of(kind.service, kind.name, version): newest[kind.service, kind.name] for kind, version in HANDED}
    yield "everybody", asyncapi(frozenset(opening)).text
    yield "nobody", asyncapi(frozenset()).text
    for purpose in codes("consent_purpose"):
        heard = {name for name, kind in opening.items() if may_hear(kind, {purpose}, codes("data_category"))}
        yield purpose, asyncapi(frozenset(heard)).text


def _place() -> Place:
    return Place(_AGENCY, 42, UUID("019a0000-0000-7000-8000-000000000001"), _NOW)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sent.jsonl").write_bytes(b"\n".join(documents()))
    for name, document in views():
        (folder / f"asyncapi-{name}.json").write_bytes(document)
