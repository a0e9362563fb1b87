"""The state that is recorded at the end of a history: cases, periods, lists, logs, streams and the audit log."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy import select, text
from werkzeug.wrappers import Response

from shared.audit.trail import audit_log
from shared.exchange.eventlog import event_log
from tests.transcript.labels import Labels, steady
from tests.transcript.world import World, document

Asking = Callable[..., Response]
#: Lists that every history reads: reader, service, path.
LISTS: Final = (
    ("lead", "intake", "/v1/work-list"),
    ("supervisor", "intake", "/v1/queues/supervision"),
    ("lead", "intake", "/v1/notices"),
    ("supervisor", "support", "/v1/alerts"),
)
#: Lists of which each history reads some, in turn: reading all of them takes as long as the history itself.
IN_TURN: Final = (
    ("adviser", "intake", "/v1/work-list"),
    ("officer", "intake", "/v1/queues/data-protection"),
    ("supervisor", "intake", "/v1/work-list"),
    ("adviser", "legal", "/v1/matter-files/due"),
    ("lead", "support", "/v1/alerts"),
    ("officer", "intake", "/v1/confirmations"),
    ("support", "intake", "/v1/work-list"),
    ("supervisor", "intake", "/v1/notices"),
    ("officer", "intake", "/v1/consents/unanswered"),
    ("support", "support", "/v1/alerts"),
    ("supervisor", "legal", "/v1/conflict-checks"),
    ("officer", "intake", "/v1/retention/due"),
    ("colleague", "intake", "/v1/work-list"),
    ("support", "support", "/v1/practical-help"),
    ("officer", "intake", "/v1/notices"),
    ("counsellor", "support", "/v1/counselling-requests"),
    ("supervisor", "intake", "/v1/confirmations"),
    ("lead", "intake", "/v1/offered-referrals"),
    ("officer", "intake", "/v1/consents/withdrawals"),
    ("supervisor", "support", "/v1/workload"),
    ("officer", "intake", "/v1/erasures/overdue"),
)
_AT_ONCE: Final = 4
#: The readers of a case at the end; and those who take turns.
READERS: Final = (("lead", "intake"), ("adviser", "legal"), ("support", "support"))
READERS_IN_TURN: Final = (("supervisor", "intake"), ("lead", "legal"), ("counsellor", "support"), ("adviser", "intake"))
_CLOCKS: Final = """
    select * from clocks order by subject, code, jurisdiction, began_on, due_at, due_on, state, key, level
"""


def observed(world: World, labels: Labels, ask: Asking, number: int) -> dict[str, list[dict[str, Any]]]:
    """Return the state at the end of a history, by section."""
    sections = {
        "audit": list(_audit(world)),
        "events": list(_events(world)),
        "cases": list(_cases(labels, ask, number)),
        "deadlines": list(_deadlines(world)),
        "lists": list(_lists(ask, number)),
        "streams": list(_streams(world, ask)),
    }
    written = {name: [labels.written(each) for each in records] for name, records in sections.items()}
    return written | {name: steady(written[name]) for name in ("events", "streams")}


def _events(world: World) -> Iterator[dict[str, Any]]:
    for name, service in world.services.items():
        with service.database.transaction() as session:
            rows = session.execute(select(event_log).order_by(event_log.c.serial)).all()
        for row in rows[service.begins_at["event_log"] :]:
            said = {"form": f"v{row.version}", "subject": str(row.subject), "classification": row.classification}
            yield {"event": f"{name}.{row.name}", **said, "data": row.data}


def _audit(world: World) -> Iterator[dict[str, Any]]:
    for name, service in world.services.items():
        with service.database.transaction() as session:
            rows = session.execute(select(audit_log).order_by(audit_log.c.number)).all()
        for row in rows[service.begins_at["audit_log"] :]:
            said = {"actor": row.actor, "roles": row.roles, "subject": str(row.subject), "status": row.status}
            yield {"audit": f"{name} {row.action}", **said}


def _cases(labels: Labels, ask: Asking, number: int) -> Iterator[dict[str, Any]]:
    readers = (*READERS, READERS_IN_TURN[number % len(READERS_IN_TURN)])
    cases = [id_ for id_, label in labels.of_id.items() if label.startswith("case#")]
    for case in cases:
        for who, service in readers:
            reply = ask(who, service, "GET", f"/v1/cases/{case}")
            yield {"case": f"{service} as {who}", "of": case, "status": reply.status_code, "body": document(reply)}


def _deadlines(world: World) -> Iterator[dict[str, Any]]:
    for name, service in world.services.items():
        if "clocks" not in service.begins_at:
            continue
        with service.database.transaction() as session:
            rows = [json.loads(json.dumps(dict(row), default=str)) for row in session.execute(text(_CLOCKS)).mappings()]
        for row in rows:
            yield {
                "deadline": f"{name} {row.pop('code')}",
                **{key: row[key] for key in row if key not in ("id", "because", "key")},
            }


def _lists(ask: Asking, number: int) -> Iterator[dict[str, Any]]:
    turn = [IN_TURN[(number * _AT_ONCE + place) % len(IN_TURN)] for place in range(_AT_ONCE)]
    for who, service, path in (*LISTS, *turn):
        reply = ask(who, service, "GET", path)
        yield {"list": f"{service}{path} as {who}", "status": reply.status_code, "body": document(reply)}


def _streams(world: World, ask: Asking) -> Iterator[dict[str, Any]]:
    for agency, begins_at in world.streams_begin_at.items():
        after, page, names = begins_at, [None], dict[str, str]()
        while page:
            query = {"after": str(after), "limit": "200"}
            reply = ask(f"{agency}_reading", "partners", "GET", "/v1/feed", query=query)
            if reply.status_code != 200:
                yield {"stream": f"{agency} refused", "subject": None, "status": reply.status_code}
                break
            page = document(reply)
            for event in page:
                after = int(event["sequence"])
                subject = names.setdefault(event.get("subject", ""), f"subject {len(names) + 1}")
                said = {"classification": event.get("dataclassification"), "data": event.get("data")}
                yield {"stream": f"{agency} {event['type'].removeprefix('org.casepath.')}", "subject": subject, **said}
