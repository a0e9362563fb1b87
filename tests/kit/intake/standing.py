"""The team, the exclusions and the supervisors of a case at intake."""

import json
from typing import Any

from sqlalchemy import select
from werkzeug.wrappers import Response

from shared.exchange.eventlog import event_log
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client

CONSENT = {
    "agency": "NL.COMENSHA",
    "purposes": ["national_register"],
    "data_categories": ["identity"],
    "language": "bg",
    "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
    "expires_on": "2199-01-01",
}


def join(worker: Client, case: str, colleague: Client, role: str) -> Response:
    return worker.ask("POST", f"/v1/cases/{case}/team", {"member": str(colleague.subject), "role": role})


def exclude(worker: Client, case: str, **named: str) -> Response:
    return worker.ask("POST", f"/v1/cases/{case}/exclusions", named)


def supervise(door: RequestPipeline, supervisor: Client, member: Client) -> Response:
    both = {"supervisor": str(supervisor.subject), "member": str(member.subject)}
    return Client(door, "operator").ask("POST", "/v1/supervisions", both)


def told(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.scalars(select(event_log.c.name).order_by(event_log.c.serial)))


def rule_of(reply: Response) -> str:
    return str(json.loads(reply.get_data(as_text=True))["errors"][0]["rule"])


def body_of(reply: Response) -> dict[str, Any]:
    return dict(json.loads(reply.get_data(as_text=True)))
