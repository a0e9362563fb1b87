"""The events of facts that no other event contains, and of all corrections; and legal's events of the same kind."""

from typing import Final

from marshmallow import Schema

from shared.deadlines import fact_events
from shared.events.contract import Code, Count, Flag, Moment, Read, Reference


class FactOfLegal(Schema):
    """One revision of a fact that an adviser recorded: a request, a voucher, a report of the crime."""

    fact = Reference(required=True)
    revision = Count(required=True)
    kind = Code(required=True)
    happened = Moment(required=True)
    learnt = Moment(load_default=None, allow_none=True)
    about = Reference(load_default=None, allow_none=True)
    stage = Code(load_default=None, allow_none=True)
    clock = Code(load_default=None, allow_none=True)
    withdrawn = Flag(load_default=False)


EVENTS = fact_events.EVENTS
#: Legal's events about facts.
HEARD: Final = frozenset(f"legal.{name}" for name in fact_events.NAMES)
READS = tuple(Read(key, FactOfLegal) for key in sorted(HEARD))
