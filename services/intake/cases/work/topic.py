"""Routes for the work list, the search by name, and the queues across cases. No name is ever part of an address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from services.intake.cases.work import actions, rules, schemas
from services.intake.cases.work.actions import confirmations, data_protection, summaries, supervision
from services.intake.cases.work.rules import Asked, queues
from services.intake.cases.work.schemas import WITH_NAMES
from services.intake.cases.work.schemas import queues as queue_schemas
from services.intake.facts.identity.actions import search_by_name
from services.intake.facts.identity.schemas import Search
from shared.http import Call, CallWith, Reply, paging, route
from shared.http.paging import NAMES, PAGE, asks_for_names, read_page
from shared.reference import JURISDICTIONS
from shared.runtime.topics import Topic

#: The audit names a page with names differently from one without.
_READ_NAMES: Final = "work_list.read_names"

_NO_INSTANT: Final = "The value of `since` is not an instant. Send one with its offset, such as 2026-03-02T09:30:00Z."

_NAMES_AND_TEAM: Final = f"{NAMES},team"

_ASKED: Final = (
    (
        "with",
        {"type": "string", "enum": [NAMES, _NAMES_AND_TEAM]},
        "`names`: the summary of each case: the person's name, the stage and who leads it; `names,team`: also its team",
    ),
    (
        "scope",
        {"type": "string", "enum": list(rules.SCOPES), "default": rules.MINE},
        "`team`: also the cases of the people whom the reader supervises, and all that is due in each case",
    ),
    (
        "filter",
        {"type": "string", "example": "overdue,led"},
        f"only cases to which all these apply, separated by commas: {', '.join(rules.FILTERS)}",
    ),
    ("jurisdiction", {"type": "string", "enum": sorted(JURISDICTIONS)}, "only cases under this law"),
    (
        "since",
        {"type": "string", "format": "date-time"},
        "the reader's last visit, for the filter and the count `changed`",
    ),
)


@route(
    "GET",
    "/v1/work-list",
    action="work_list.read",
    query=(*PAGE, *_ASKED),
    reply=schemas.WorkList,
    only_reads=True,
)
def work_list(call: Call) -> Reply:
    """List the caller's open cases, the most overdue first, then those with urgent need."""
    after, limit = read_page(call.query, rules.read_place)
    asked = _asked(call.query)
    listed = actions.work_list(call.session, after, limit, call.now, by=call.principal, asked=asked)
    return Reply(listed, plain=True, noted_as=_READ_NAMES if asked.with_names else None)


def _asked(query: Mapping[str, str]) -> Asked:
    """Return the parameters of the requested list. Raises `Refused`."""
    marked = frozenset(query["filter"].split(",")) if query.get("filter") else frozenset[str]()
    scope, law = query.get("scope", rules.MINE), query.get("jurisdiction")
    shown = query.get("with")
    for is_clear, detail in (
        (scope in rules.SCOPES, f"The value of `scope` is not known. Choose one of these: {', '.join(rules.SCOPES)}."),
        (
            marked <= set(rules.FILTERS),
            f"A value in `filter` is not known. Choose from these, separated by commas: {', '.join(rules.FILTERS)}.",
        ),
        (shown in (None, NAMES, _NAMES_AND_TEAM), f"`with` is `{NAMES}` or `{_NAMES_AND_TEAM}`."),
        (
            law is None or law in JURISDICTIONS,
            "The value of `jurisdiction` is not known. Choose a value of the list `jurisdiction`.",
        ),
    ):
        if not is_clear:
            raise paging.unclear(detail)
    since = _instant(query.get("since"))
    return Asked(
        with_names=shown is not None,
        with_team=shown == _NAMES_AND_TEAM,
        scope=scope,
        marked=marked,
        jurisdiction=law,
        since=since,
    )


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        since = datetime.fromisoformat(text)
    except ValueError:
        raise paging.unclear(_NO_INSTANT) from None
    if since.tzinfo is None:
        raise paging.unclear(_NO_INSTANT)
    return since


@route(
    "POST",
    "/v1/searches",
    action="person.search",
    body=Search,
    reads=True,
    query=(WITH_NAMES,),
    reply=schemas.SearchHits,
)
def search(call: CallWith[Search]) -> Reply:
    """Find the caller's cases by a person's name, however it is spelled; former ones with a reason on record."""
    with_names = asks_for_names(call.query)
    found = search_by_name(call.session, call.command, call.now, by=call.principal)
    return Reply(summaries.with_summaries(call.session, found, call.now, by=call.principal) if with_names else found)


@route("GET", "/v1/queues/data-protection", action="queue.data_protection", query=PAGE, reply=queue_schemas.Queue)
def data_protection_queue(call: Call) -> Reply:
    """List what waits for data protection, of cases whose person has not excluded the caller."""
    after, limit = read_page(call.query, queues.read_place)
    return Reply(data_protection.for_data_protection(call.session, after, limit, call.now, by=call.principal))


@route("GET", "/v1/queues/supervision", action="queue.supervision", query=PAGE, reply=queue_schemas.Queue)
def supervision_queue(call: Call) -> Reply:
    """List cases without a responsible worker, and overdue items in the cases of supervised staff."""
    after, limit = read_page(call.query, queues.read_place)
    return Reply(supervision.for_supervisor(call.session, after, limit, call.now, by=call.principal))


@route(
    "GET",
    "/v1/confirmations",
    action="confirmation.read",
    query=(queue_schemas.WITH_NAMES,),
    reply=queue_schemas.ConfirmationList,
)
def waiting_confirmations(call: Call) -> Reply:
    """List what waits for the caller as a second person, the first due first."""
    with_names = asks_for_names(call.query)
    waiting = confirmations.waiting_for(call.session, call.now, by=call.principal, with_names=with_names)
    return Reply({"confirmations": waiting})


TOPIC: Final = Topic(
    __name__,
    access={**rules.ACCESS, **queues.ACCESS},
)
