"""Staff long-poll intake for a notice that is newer than those they have."""

import pytest

from shared.audit import notices
from shared.http import RequestPipeline
from shared.http.server.waits import NothingNew
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.names import named

pytestmark = pytest.mark.integration


def test_only_who_has_no_newer_notice_waits_and_a_new_one_changes_what_they_wait_for(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case, reader = named(worker), Client(door, "caseworker")

    def asked(**query: str) -> object:
        return worker.ask("GET", "/v1/notices", query={"wait": "20", **query})

    held = asked()
    assert isinstance(held, NothingNew)
    assert not isinstance(worker.ask("GET", "/v1/notices"), NothingNew)
    told(reader.ask("POST", f"/v1/cases/{case}/break-glass", {"reason": "danger_to_life"}), 201)
    with database.transaction() as session:
        assert notices.marks(session, [worker.subject])[worker.subject] != held.awaited.mark
    assert not isinstance(asked(), NothingNew)
    [notice] = told(worker.ask("GET", "/v1/notices"))["notices"]
    assert isinstance(asked(after=notice["id"]), NothingNew)
