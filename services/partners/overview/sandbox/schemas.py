"""The request and response bodies of sandboxes and fictitious cases."""

from collections.abc import Mapping
from typing import ClassVar

from marshmallow import fields, validate

from shared.access.declarations import declare, omittable
from shared.access.views import View, written_by_edge
from shared.events.contract import Code, Count, Identifier
from shared.http import Command, optional
from shared.http.words import Words

COUNTRY = declare(Code(identifier=Identifier.COUNTRY), None, "Where the developers work.", example="NL")
KEY = declare(Words(120), None, "Its key, shown this one time.", example="cpk_fictitious")
PEOPLE = declare(fields.Integer(strict=True, validate=validate.Range(1, 20)), None, "How many people.", example=1)
EVENTS = declare(
    Count(), None, "How many events were put into its stream: none. Its events come from cases.", example=0
)


class MakeSandbox(Command):
    """Create a sandbox for developers of an agency."""

    country: str = optional(COUNTRY, default="NL")

    sample: ClassVar[Mapping[str, object] | None] = {"country": "NL"}


class MadeSandbox(View):
    """A sandbox with its key."""

    key = written_by_edge(omittable(KEY))
    events = EVENTS


class PlayCases(Command):
    """Ask for fictitious people in a sandbox's stream. It is refused: staff play the cases."""

    people: int = optional(PEOPLE, default=1)

    sample: ClassVar[Mapping[str, object] | None] = {"people": 1}


class Played(View):
    """The result of adding fictitious people."""

    events = EVENTS
