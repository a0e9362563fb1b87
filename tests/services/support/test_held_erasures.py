"""An erasure under a legal hold at support: it keeps its file only if a hold needs it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from deploy.cli import servers
from shared.exchange import tombstones
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower.apply import Application
from tests.kit.builders import an_event
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration
OPENED = {
    "jurisdiction": "NL",
    "source": "self",
    "channel": "phone",
    "language": "bg",
    "anonymous": False,
    "age": "adult",
    "opened_on": "2026-03-02",
    "urgent_needs": [],
}
STEP = {"part": "in_danger", "text": "Fictitious.", "visible": "no", "escalates": "no", "who": "person"}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        yield service


@pytest.mark.hazard("H-CONFIDENTIALITY-10", control="hold-keeps-no-code-word")
@pytest.mark.hazard("H-CONFIDENTIALITY-11", control="hold-has-a-scope")
@pytest.mark.parametrize(("holders", "is_kept"), [(["support"], False), (["legal"], True), ([], True)])
def test_support_keeps_its_file_without_code_word_only_for_a_hold_that_needs_it(
    support: Harness, holders: list[str], is_kept: bool
) -> None:
    case, request, log = uuid4(), str(uuid4()), iter(range(1, 9))
    worker = support.staff("support_worker")

    def hear(name: str, data: dict[str, Any]) -> None:
        event = an_event(subject=case, name=name, data=data, position=next(log))
        with support.database.transaction(ORIGIN.holding(Origin(support.parts.following.emits))) as session:
            Application(support.database, support.parts.following).take_in(session, "intake", [event])

    hear("contact.opened", OPENED)
    hear("team.member_added", {"member": str(worker.subject), "role": "support_worker", "lead": True})
    plan = {"steps": [STEP], "code_word": "linnet"}
    worker.told("POST", f"/v1/cases/{case}/safety-plans", plan, 201)
    hear("case.restricted", {"request": request})
    held = {"request": request, "reason": "person_asked", "holders": holders}
    hear("erasure.held", {**held, "bases": ["child_protection"], "until": "2027-03-02"})
    assert code_words(support, case) == ([None] if is_kept else [])
    assert is_erased(support, case) is not is_kept
    assert worker.ask("GET", f"/v1/cases/{case}").status_code == (403 if is_kept else 404)
    hear("erasure.ordered", {"request": request, "reason": "person_asked"})
    assert is_erased(support, case)
    assert code_words(support, case) == []


def code_words(support: Harness, case: UUID) -> list[bytes | None]:
    with support.database.transaction() as session:
        words = text("select code_word from safety_plans where case_id = :case")
        return list(session.execute(words, {"case": case}).scalars())


def is_erased(support: Harness, case: UUID) -> bool:
    with support.database.transaction() as session:
        return case in tombstones.among(session, {case})
