"""An integrator uses the running services through a client that is generated from the OpenAPI documents."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deploy.cli.api import Targets
from deploy.cli.journey.desk import Desk
from tests.kit.generated import GeneratedClient
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

OPENING = {"jurisdiction": "NL", "source": "self", "channel": "chat", "language": "ro", "anonymous": True}
ADVICE = {
    "phase": "before_entry_decision",
    "status": "given",
    "funding": "pro_bono",
    "language": "ro",
    "interpreter": False,
}
PLAN = {"goal_types": ["Health"], "person_has_copy": True}


def test_a_contact_is_opened_advised_and_planned_with_and_read_back(installation: Targets, tmp_path: Path) -> None:
    staff = Desk(installation, members={role: str(uuid4()) for role in ("caseworker", "legal_adviser")})
    worker, adviser = staff.member("caseworker"), staff.member("legal_adviser")
    with (
        GeneratedClient("intake", tmp_path, installation, ["caseworker"], worker) as intake,
        GeneratedClient("legal", tmp_path, installation, ["legal_adviser"], adviser) as legal,
        GeneratedClient("support", tmp_path, installation, ["caseworker"], worker) as support,
    ):
        case: UUID = intake.create("open_case", body=OPENING).id
        intake.create("add_member", case=case, body={"member": adviser, "role": "legal_adviser"})
        opened = intake.call("read_case", case=case)
        assert (opened.id, opened.status, opened.detections) == (case, "open", [])
        assert {str(member.member): member.role for member in opened.team} == {
            worker: "caseworker",
            adviser: "legal_adviser",
        }

        wait_until(lambda: legal.answered("read_case", case=case), "legal to know the case")
        advice: UUID = legal.create("record_advice", case=case, body=ADVICE).id
        legal_file = legal.call("read_case", case=case)
        assert (legal_file.id, legal_file.jurisdiction, legal_file.withheld) == (case, "NL", [])
        [shown] = legal_file.advice
        assert (shown.id, shown.status, shown.language) == (advice, "given", "ro")

        wait_until(lambda: support.answered("read_case", case=case), "support to know the case")
        plan: UUID = support.create("agree_plan", case=case, body=PLAN).id
        [agreed] = support.call("read_case", case=case).plans
        assert (agreed.id, agreed.goal_types, agreed.person_has_copy) == (plan, ["Health"], True)
