from uuid import uuid4

import pytest
from click.testing import CliRunner

from deploy.cli.__main__ import casepath
from tests.kit.stand_in import StandIn


@pytest.mark.parametrize("ending", [False, True])
def test_who_supervises_whom_is_told_to_intake_alone(
    services: StandIn, monkeypatch: pytest.MonkeyPatch, *, ending: bool
) -> None:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda _urls: services.targets)
    supervisor, member = str(uuid4()), str(uuid4())
    services.answer = lambda *_: (200, {"proposals": [], "next": None})

    said = CliRunner().invoke(casepath, ["access", "supervise", supervisor, member, *(["--end"] if ending else [])])

    assert said.exit_code == 0, said.output
    service, method, path, body, headers = services.requests[0]
    assert service == "intake"
    if ending:
        assert (method, path) == ("DELETE", f"/v1/supervisions/{supervisor}/{member}")
    else:
        assert (method, path, body) == ("POST", "/v1/supervisions", {"supervisor": supervisor, "member": member})
    assert services.verifier.verify(headers["Authorization"]).roles == {"operator"}


def test_a_supervisor_is_named_by_a_staff_id(services: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda _urls: services.targets)
    said = CliRunner().invoke(casepath, ["access", "supervise", "jane", str(uuid4())])
    assert said.exit_code == 2
    assert services.requests == []
