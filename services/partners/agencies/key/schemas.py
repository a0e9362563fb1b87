"""The commands and views of agency keys. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from typing import ClassVar, Final, cast

from marshmallow import fields, validate

from services.partners.agencies.agency import schemas as agency
from services.partners.agencies.agency.models import Entry
from services.partners.agencies.key import models, rules
from shared.access.declarations import declare, nullable, omittable
from shared.access.views import View, parts, written_by_edge
from shared.events.contract import Code, Count, Reference
from shared.events.kinds import BoundedList
from shared.http import Command, optional, paging, required
from shared.http.route import Query
from shared.reference import codes


class Days(Count):
    """A number of days."""

    def __init__(self, least: int, most: int) -> None:
        """Accept numbers from `least` to `most`."""
        super().__init__()
        self.validators = [validate.Range(least, most)]


DAYS = declare(Days(1, rules.LONGEST_DAYS), None, "How long the key is valid, in days.", example=rules.LONGEST_DAYS)
OVERLAP_DAYS = declare(
    Days(0, rules.LONGEST_OVERLAP_DAYS),
    None,
    "How long the old key stays valid alongside its successor, in days; 0: it becomes invalid at once.",
    example=rules.OVERLAP_DAYS,
)
STATE = declare(Code(codes("agency_key_state")), None, "The current state of the key.")
MADE_BY = declare(
    nullable(Reference()),
    None,
    "The staff member who created it; null for an agency as reader, and if the agency's own key created it.",
    staff=True,
)
TEXT = declare(
    fields.String(),
    None,
    "The key itself, to be sent as `Authorization: Bearer`. It is shown in this one answer and kept nowhere: a repeat "
    "of the request is answered without it.",
    example="cpk_<id>_<secret>",
)


class MakeKey(Command):
    """Create another key for an agency."""

    purpose: str = required(models.KeyRecord.purpose)
    scopes: list[str] = required(
        declare(
            cast("fields.Field[list[str]]", BoundedList(Code(codes("agency_key_scope")), len(rules.ROLES), least=1)),
            None,
            "The permissions of the key.",
            example=["reading"],
        )
    )
    networks: list[str] = optional(models.KeyRecord.networks, default_factory=list)
    days: int = optional(DAYS, default=rules.LONGEST_DAYS)

    sample: ClassVar[Mapping[str, object] | None] = {"purpose": "production", "scopes": ["reading"]}


class RotateKey(Command):
    """Create a key that replaces another one."""

    overlap_days: int = optional(OVERLAP_DAYS, default=rules.OVERLAP_DAYS)


class MadeKey(View):
    """A key that was just created."""

    id = models.KeyRecord.id
    until = models.KeyRecord.until
    key = written_by_edge(omittable(TEXT))


class ListedKey(View, of=models.KeyRecord):
    """A key without its secret, which is stored nowhere."""

    state = STATE
    made_by = MADE_BY


class KeyPage(paging.Page):
    """Keys of an agency, in the order of their creation."""

    keys = parts(ListedKey)


#: The query parameter that limits a list to one state.
STATE_ASKED: Final[Query] = (
    "state",
    {"type": "string", "enum": sorted(codes("agency_key_state"))},
    "only those in this state; `ends_soon`: those to be rotated within 30 days",
)


class OwnAgency(View):
    """The calling agency and the key that it uses."""

    id = agency.ID
    name = Entry.name
    type = agency.TYPE
    country = agency.COUNTRY
    state = agency.STATE
    key = models.KeyRecord.id
    key_state = STATE
    purpose = models.KeyRecord.purpose
    scopes = models.KeyRecord.scopes
    until = models.KeyRecord.until
