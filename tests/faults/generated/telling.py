"""The events that the sources of generated histories publish, and those that their follower reads."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema

from shared.events.contract import Code, Count, Emits, EventType, Read, Reads
from shared.events.envelope import Announcement, Event

SOURCES = ("intake", "support")
FOLLOWER = "legal"
SUBJECTS = tuple(UUID(int=number) for number in range(1, 4))
FACTS = ("a", "b")
REACTIONS = ("first", "second")


class Numbered(Schema):
    number = Count(required=True)


class Access(Schema):
    number = Count(required=True)
    fact = Code(FACTS, of="fact", required=True)


class Answered(Schema):
    number = Count(required=True)
    reaction = Code(REACTIONS, of="reaction", required=True)


class Kind(Enum):
    """A type and its version. The follower reads only version 1 before its upgrade."""

    NOTED = ("thing.noted", 1)
    GRANTED = ("access.granted", 1)
    WITHDRAWN = ("access.withdrawn", 1)
    NOTED_ANEW = ("thing.noted", 2)
    WITHDRAWN_ANEW = ("access.withdrawn", 2)
    LEFT_ALONE = ("thing.left_alone", 1)
    UNHEARD_OF = ("thing.unheard_of", 1)

    @property
    def is_read(self) -> bool:
        return self not in (Kind.LEFT_ALONE, Kind.UNHEARD_OF)

    @property
    def restricts(self) -> bool:
        return self in (Kind.WITHDRAWN, Kind.WITHDRAWN_ANEW)

    @property
    def is_about_a_fact(self) -> bool:
        return self.value[0].startswith("access.")


@dataclass(frozen=True)
class Told:
    """One event as its source was asked to record it; `number` is unique."""

    id: UUID
    source: str
    subject: UUID
    kind: Kind
    fact: str
    number: int

    def announcement(self) -> Announcement:
        name, version = self.kind.value
        about = {"fact": self.fact} if self.kind.is_about_a_fact else {}
        return Announcement(name, {"number": self.number, **about}, version)


def emits(source: str) -> Emits:
    def told(kind: Kind, schema: type[Schema]) -> EventType:
        name, version = kind.value
        return EventType(name, schema, "test", "Something happened.", version, protects=kind.restricts)

    return Emits(source, *(told(each, Access if each.is_about_a_fact else Numbered) for each in Kind))


ANSWERS = Emits(FOLLOWER, EventType("thing.answered", Answered, "test", "It was answered."))


#: Types that the follower's release knows, and does not read.
_LEFT_ALONE: Final = frozenset((source, *Kind.LEFT_ALONE.value) for source in SOURCES)


def reads(versions: int, on_unknown: Callable[[Any, Event], None]) -> Reads:
    """Return the follower's declarations for versions 1 to `versions` of every type that it reads."""
    found: list[Read] = []
    for source in SOURCES:
        for version in range(1, versions + 1):
            found.append(Read(f"{source}.thing.noted", Numbered, version))
            found.append(Read(f"{source}.access.withdrawn", Access, version, "fact", True, on_unknown))
        found.append(Read(f"{source}.access.granted", Access, about="fact"))
    return Reads(*found, published=lambda: _LEFT_ALONE)
