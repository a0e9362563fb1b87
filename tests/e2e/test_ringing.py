"""From "not safe" to a message for the staff on call, repeated until a member of the team acknowledges."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from deploy.cli.api import Api, Targets
from deploy.cli.journey.desk import Desk
from tests.kit.mailbox import Mailbox
from tests.kit.passing_time import PassingTime
from tests.kit.receivers import Receiver, receiving
from tests.kit.staff import registered
from tests.kit.team_case import LEAD, TEAM, TeamCase
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.e2e

WORKER = "support_worker"
OUTCOMES = [{"outcome": "long_term_consistent_support", "services": ["counselling"]}]
NIGHT = datetime(2026, 3, 7, 23, 10, tzinfo=UTC)


def an_agency(operator: Api) -> str:
    entry = {"name": "Fictitious Night House", "type": "Shelter", "country": "NL"}
    return str(operator.post("partners", "/v1/agencies", entry).json()["id"])


def rung_at(operator: Api, agency: str, channel: str, address: str) -> None:
    body = {"channel": channel, "address": address, "levels": ["team"]}
    operator.post("partners", f"/v1/agencies/{agency}/notifiers", body)


def alerts_of(desk: Desk, case: TeamCase, role: str) -> list[str]:
    told: list[dict[str, Any]] = desk.api(role).get("support", "/v1/alerts").json()["alerts"]
    return [alert["id"] for alert in told if alert["case"] == case.id]


def messages(mailbox: Mailbox, to: str) -> int:
    return sum(message["To"] == to for message in mailbox.messages)


@pytest.mark.hazard("H-DANGER-2", control="alert-rings")
def test_not_safe_rings_until_a_member_of_the_team_acknowledges(installation: Targets, mailbox: Mailbox) -> None:
    time = PassingTime(installation)
    operator = Api(installation, roles=["operator"], patience=20)
    agency, to = an_agency(operator), f"on-call-{uuid4()}@example.org"
    desk = Desk(installation, members={role: str(uuid4()) for role in (LEAD, *TEAM)}, agency=agency, patience=20)
    with receiving() as pager:
        rung_at(operator, agency, "webhook", pager.url)
        rung_at(operator, agency, "email", to)
        time.at(NIGHT)
        try:
            _play(desk, time, mailbox, to, pager)
        finally:
            time.reset()


def _play(desk: Desk, time: PassingTime, mailbox: Mailbox, to: str, pager: Receiver) -> None:
    case = TeamCase.opened(desk, "NL")
    plan = case.record("support", "transitions", {"leaves_on": "2026-03-01", "outcomes": OUTCOMES})
    case.record("support", f"transitions/{plan}/check-ins", {"reached": True, "safe": "no", "way": "phone"})
    time.settle()
    wait_until(lambda: len(pager.sent) == messages(mailbox, to) == 1, "both notifiers of the team's agency rang")
    time.at(NIGHT + timedelta(minutes=5))
    wait_until(lambda: len(pager.sent) == messages(mailbox, to) == 2, "nobody acknowledged it, so both rang again")
    [alert] = alerts_of(desk, case, WORKER)
    stranger = registered(Api(desk.targets, roles=["operator"]), str(uuid4()), WORKER)
    time.settle()  # support must know the stranger, or it would refuse the token
    outsider = Api(desk.targets, roles=[WORKER], subject=stranger)
    assert outsider.get("support", "/v1/alerts").json()["alerts"] == []
    case.record("support", f"alerts/{alert}/acknowledgement", {}, WORKER)
    time.at(NIGHT + timedelta(hours=3))
    assert (len(pager.sent), messages(mailbox, to)) == (2, 2)
