"""An integrator who has nothing but the OpenAPI documents works with the running services by a generated client."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deploy.cli.api import Targets
from tests.kit.generated import GeneratedClient
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

OPENING = {"jurisdiction": "NL", "source": "self", "channel": "chat", "language": "ro", "anonymous": True}
ADVICE = {"phase": "before_entry", "status": "given", "funding": "pro_bono", "language": "ro", "interpreter": False}


def test_a_contact_is_opened_and_read_and_its_person_advised(installation: Targets, tmp_path: Path) -> None:
    worker, adviser = str(uuid4()), str(uuid4())
    intake = GeneratedClient("intake", tmp_path, installation, ["caseworker"], worker)
    legal = GeneratedClient("legal", tmp_path, installation, ["legal_adviser"], adviser)

    case: UUID = intake.create("open_case", body=intake.model("OpenCase", **OPENING)).id
    read = intake.call("read_case", case=case)
    assert (read.id, read.jurisdiction, read.withheld) == (case, "NL", [])
    member = intake.model("AddTeamMember", member=adviser, role="legal_adviser", lead=False)
    intake.create("add_member", case=case, body=member)

    def advise() -> bool:
        return legal.answered("read_case", case=case)

    wait_until(advise)
    advice: UUID = legal.create("record_advice", case=case, body=legal.model("RecordAdvice", **ADVICE)).id
    [shown] = legal.call("read_case", case=case).advice
    assert (shown.id, shown.status, shown.language) == (advice, "given", "ro")
