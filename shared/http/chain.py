"""A chain of steps around one handler, and the request that passes through it.

A step receives the request and the rest of the chain. It refuses the request, answers it, or proceeds and may change
the answer. `shared/http/edge.py` lists the steps of each kind of route in order.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.wrappers import Request

from shared.access.permissions import NOTHING, Relation, Sight
from shared.access.subjects import Admission
from shared.access.tokens import Principal
from shared.exchange.eventlog import Origin
from shared.http.commands import Command
from shared.http.route import Call, Doors, Reply, Route

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Readable:
    """A request whose bytes have one meaning. `document` is the body as JSON; an empty body is an empty object."""

    query: dict[str, str]
    raw: bytes
    document: Any
    is_json: bool = True


@dataclass(frozen=True)
class Admitted:
    """A caller who was admitted, with their relation to the case and what they can see of it."""

    principal: Principal
    admission: Admission
    sight: Sight = NOTHING


@dataclass(eq=False, slots=True)
class RequestContext:
    """One request on its way through the chain: its input, and the results of each step.

    A step that needs a value comes after the step that sets it.
    """

    route: Route
    handle: Callable[[Call], Reply]
    request: Request
    path: dict[str, Any]
    doors: Doors
    origin: Origin
    #: The case in the address, if any.
    case: UUID | None
    #: The language of a caller who is signed in.
    language: str
    principal: Principal = field(init=False)
    readable: Readable = field(init=False)
    prepared: object = None
    session: Session = field(init=False)
    admitted: Admitted = field(init=False)
    #: The relation of the caller to the case, once the caller is admitted in this transaction.
    relation: Relation = Relation.NONE
    #: The Idempotency-Key that this transaction has claimed.
    claimed: str | None = None
    command: Command | None = None


Proceed: TypeAlias = Callable[[RequestContext], Answer]


class Step(Protocol[Answer]):
    """A step of a chain."""

    def __call__(self, context: RequestContext, proceed: Proceed[Answer]) -> Answer:
        """Return the answer: its own, or the one of the rest of the chain."""
        ...


def chained(steps: Iterable[Step[Answer]], handler: Proceed[Answer]) -> Proceed[Answer]:
    """Return the steps around a handler, the first step outermost."""
    for step in reversed(tuple(steps)):
        handler = partial(step, proceed=handler)
    return handler
