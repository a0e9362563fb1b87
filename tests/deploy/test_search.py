import json
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from deploy.cli.__main__ import casepath
from tests.kit.stand_in import StandIn


@pytest.mark.parametrize("after", [None, "0190a000-0000-7000-8000-000000000001"])
def test_names_are_indexed_page_by_page_by_an_operator(
    services: StandIn, monkeypatch: pytest.MonkeyPatch, after: str | None
) -> None:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda _urls: services.targets)
    second = str(uuid4())
    pages = {after: {"indexed": 100, "next": second}, second: {"indexed": 7, "next": None}}

    def answer(_service: str, _method: str, _path: str, body: Any) -> tuple[int, Any]:
        return 200, pages[body["after"]]

    services.answer = answer
    asked = ["search", "index", "--json", *(["--after", after] if after else [])]
    said = CliRunner().invoke(casepath, asked)
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout) == {"indexed": 107}
    asked_of = [(service, method, path) for service, method, path, *_ in services.requests]
    assert asked_of == [("intake", "POST", "/v1/searches/index")] * 2
    assert services.verifier.verify(services.requests[0][4]["Authorization"]).roles == {"operator"}
