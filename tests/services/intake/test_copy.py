"""The person's copy, the access report, and the person's objections: checked, reviewed and released."""

import json
import re
from datetime import UTC, datetime
from html import escape
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from services.intake.access.rights.models import AccessRequest
from shared.exchange.eventlog import event_log
from shared.http import RequestPipeline
from shared.privacy.disclosure_permits import permits
from shared.reference import id_of_authority
from shared.reference.words import LANGUAGES, words_of_code
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.copies import DETECTED, FREE, WORDS, copy_of, released, requested, reviewed
from tests.kit.intake.disclosures import decided, demanded, joined
from tests.kit.intake.heard import hear, received
from tests.kit.intake.referrals import consented, drafted, take
from tests.kit.intake.sharings import decided as second_person
from tests.kit.intake.sharings import proposed

pytestmark = pytest.mark.integration


@pytest.fixture
def case(worker: Client) -> str:
    return opened(worker)


@pytest.fixture
def adviser(door: RequestPipeline, worker: Client, case: str) -> Client:
    return joined(door, worker, case, "legal_adviser")


@pytest.mark.promise("SEC-110")
@pytest.mark.hazard("H-CONFIDENTIALITY-6", control="copy-waits-for-a-private-check")
def test_a_copy_waits_for_each_step_and_says_for_which(worker: Client, adviser: Client, case: str) -> None:
    def waits_for() -> str:
        return rule_of(told(copy_of(worker, case), 409))

    assert waits_for() == "request_is_recorded"
    which = requested(worker, case)
    assert waits_for() == "checked_in_private"
    done(worker, case, f"access-requests/{which}/check", {**FREE, "finding": "forced"})
    assert waits_for() == "nobody_forces"
    done(worker, case, f"access-requests/{which}/check", FREE)
    assert waits_for() == "third_parties_reviewed"
    reviewed(worker, case, which, "third_parties")
    assert waits_for() == "privileged_reviewed"
    reviewed(adviser, case, which, "privileged")
    assert told(copy_of(worker, case))["id"] == case


@pytest.mark.promise("SEC-114")
def test_a_check_is_made_alone_with_the_person(worker: Client, case: str) -> None:
    which = requested(worker, case)
    refused = done(worker, case, f"access-requests/{which}/check", {**FREE, "in_private": False}, 422)
    assert rule_of(refused) == "checked_in_private"


def test_only_a_legal_adviser_of_the_case_reviews_what_is_privileged(worker: Client, case: str) -> None:
    refused = reviewed(worker, case, requested(worker, case), "privileged", status=409)
    assert rule_of(refused) == "privileged_by_a_legal_adviser"


def test_a_copy_has_what_is_kept_and_what_the_person_says_otherwise(worker: Client, adviser: Client, case: str) -> None:
    detection = told(worker.ask("POST", f"/v1/cases/{case}/detections", DETECTED), 201)["id"]
    said = {"about": "detection", "record": detection, "reason": "said_otherwise", "statement": WORDS}
    told(worker.ask("POST", f"/v1/cases/{case}/annotations", said), 201)
    done(worker, case, "exclusions", {"kind": "worker", "member": str(uuid4())}, 201)
    released(worker, adviser, case)
    copy = told(copy_of(worker, case))
    assert copy["detections"][0]["indicators"] == DETECTED["indicators"]
    assert copy["annotations"][0]["statement"] == WORDS
    assert copy["annotations"][0]["record"] == detection
    assert len(copy["exclusions"]) == 1
    assert copy["left_out"] == []
    assert str(worker.subject) not in json.dumps(copy)


def test_what_tells_of_others_stays_out_where_the_review_left_it_out(
    worker: Client, adviser: Client, case: str
) -> None:
    cousin = str(uuid4())
    done(worker, case, "exclusions", {"kind": "worker", "member": cousin}, 201)
    released(worker, adviser, case, third_parties="leave_out")
    reply = copy_of(worker, case)
    assert told(reply)["left_out"] == ["exclusions", "packages"]
    assert cousin not in reply.get_data(as_text=True)


class Tags(HTMLParser):
    """Collects the tags of a page and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.carried: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.carried += attrs


def test_the_printed_page_has_every_word_escaped_and_fetches_nothing(
    worker: Client, adviser: Client, case: str
) -> None:
    said = {"about": "plan", "record": str(uuid4()), "reason": "not_true", "statement": WORDS}
    told(worker.ask("POST", f"/v1/cases/{case}/annotations", said), 201)
    released(worker, adviser, case)
    reply = copy_of(worker, case, Accept="text/html")
    page, tags = reply.get_data(as_text=True), Tags()
    tags.feed(page)
    assert reply.headers["Content-Type"].startswith("text/html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert tags.found <= {"html", "meta", "title", "h1", "h2", "dl", "dt", "dd", "ol", "li", "p", "span"}
    assert {name for name, _ in tags.carried} <= {"lang", "charset"}


@pytest.mark.parametrize("language", ["en", "nl", "ro"])
def test_the_printed_page_has_words_in_the_language_of_the_request(
    worker: Client, adviser: Client, case: str, language: str
) -> None:
    released(worker, adviser, case)
    reply = copy_of(worker, case, **{"Accept": "text/html", "Accept-Language": language})
    page = reply.get_data(as_text=True)
    assert reply.headers["Content-Language"] == language
    assert f"<html lang={language}>" in page
    assert "_" not in re.sub(r"<[^>]*>", "", page.partition("<h1>")[2])


@pytest.mark.promise("SEC-111")
def test_who_is_forced_later_is_handed_nothing_more(
    worker: Client, adviser: Client, case: str, database: Database
) -> None:
    released(worker, adviser, case)
    later = requested(worker, case, "access_report")
    done(worker, case, f"access-requests/{later}/check", {**FREE, "finding": "unclear"})
    assert copy_of(worker, case).status_code == 409
    assert worker.ask("GET", f"/v1/cases/{case}/access-report").status_code == 409
    with database.transaction() as session:
        names = select(event_log.c.name).where(event_log.c.name.like("copy.%")).order_by(event_log.c.serial)
        assert session.scalars(names).all()[-1] == "copy.recalled"


@pytest.mark.promise("SEC-116")
def test_a_check_counts_for_seven_days(worker: Client, adviser: Client, case: str, database: Database) -> None:
    released(worker, adviser, case)
    with database.transaction() as session:
        long_ago = datetime(2026, 1, 1, tzinfo=UTC)
        session.execute(update(AccessRequest).values(checked_at=long_ago))
        session.execute(update(permits).values(until=long_ago))
    assert rule_of(told(copy_of(worker, case), 409)) == "check_is_fresh"


def test_a_third_party_receives_only_the_classes_of_an_approved_demand(
    worker: Client, adviser: Client, case: str
) -> None:
    told(worker.ask("POST", f"/v1/cases/{case}/detections", DETECTED), 201)
    which = demanded(worker, case)
    undecided = copy_of(worker, case, query={"disclosure": which})
    assert rule_of(told(undecided, 409)) == "decided_demand_names_it"
    decided(adviser, case, which)
    given = told(copy_of(worker, case, query={"disclosure": which}))
    assert given.keys() == {"id", "detections", "left_out"}
    assert given["left_out"] == []
    assert copy_of(worker, case).status_code == 409, "that is for the person"


def test_a_refused_demand_or_the_persons_own_request_gives_another_nothing(
    worker: Client, adviser: Client, case: str
) -> None:
    refused, own = demanded(worker, case), released(worker, adviser, case)
    decided(adviser, case, refused, decision="refused", given=[])
    for which in (refused, own, str(uuid4())):
        assert copy_of(worker, case, query={"disclosure": which}).status_code == 409


def test_the_access_report_has_roles_days_and_acts_and_names_only_the_team(
    worker: Client, door: RequestPipeline, case: str
) -> None:
    cousin, stranger = Client(door, "caseworker"), Client(door, "supervisor")
    done(worker, case, "exclusions", {"kind": "worker", "member": str(cousin.subject)}, 201)
    for client in (cousin, stranger):
        assert client.ask("GET", f"/v1/cases/{case}").status_code == 404
    assert worker.ask("GET", f"/v1/cases/{case}/access-report").status_code == 409
    done(worker, case, f"access-requests/{requested(worker, case, 'access_report')}/check", FREE)
    acts = told(worker.ask("GET", f"/v1/cases/{case}/access-report"))["acts"]
    mine = [each for each in acts if each["did"] == "case.open"]
    tried = [each for each in acts if each["did"] == "case.read" and each["kind"] == "attempt"]
    assert [(each["who"], each["roles"], each["kind"]) for each in mine] == [
        (str(worker.subject), ["caseworker"], "seen or changed")
    ]
    assert [each["roles"] for each in tried] == [["caseworker"], ["supervisor"]]
    assert {each["who"] for each in tried} == {None}
    assert {len(each["on"]) for each in acts} == {10}, "days, not moments"


def test_the_report_is_silent_about_a_demand_that_an_order_hides(worker: Client, adviser: Client, case: str) -> None:
    which = demanded(worker, case)
    hidden: dict[str, Any] = {"person_told": False, "not_told_reason": "forbidden_by_order"}
    decided(adviser, case, which, **hidden)
    released(worker, adviser, case)
    report = worker.ask("GET", f"/v1/cases/{case}/access-report").get_data(as_text=True)
    assert "disclosure" not in report
    assert told(copy_of(worker, case))["disclosures"] == []


def test_what_the_person_says_otherwise_stands_beside_and_is_sealed(
    worker: Client, case: str, database: Database
) -> None:
    detection = told(worker.ask("POST", f"/v1/cases/{case}/detections", DETECTED), 201)["id"]
    before = told(worker.ask("GET", f"/v1/cases/{case}"))["detections"]
    said = {"about": "detection", "record": detection, "reason": "not_true", "statement": WORDS}
    told(worker.ask("POST", f"/v1/cases/{case}/annotations", said), 201)
    shown = told(worker.ask("GET", f"/v1/cases/{case}"))
    assert shown["detections"] == before
    assert [each["statement"] for each in shown["annotations"]] == [WORDS]
    with database.transaction() as session:
        data = session.scalars(select(event_log.c.data).where(event_log.c.name == "annotation.recorded")).one()
        stored = bytes(session.connection().exec_driver_sql("select statement from annotations").scalar_one())
    assert data["reason"] == "not_true"
    assert "statement" not in data
    assert b"script" not in stored


def test_nobody_annotates_a_record_of_another_case(worker: Client, case: str) -> None:
    other = opened(worker)
    detection = told(worker.ask("POST", f"/v1/cases/{other}/detections", DETECTED), 201)["id"]
    said = {"about": "detection", "record": detection, "reason": "not_true", "statement": "No, fictitious."}
    told(worker.ask("POST", f"/v1/cases/{case}/annotations", said), 404)


@pytest.mark.parametrize("about", ["sharing", "notification"])
def test_nobody_annotates_a_record_that_intake_would_have_and_does_not(worker: Client, case: str, about: str) -> None:
    said = {"about": about, "record": str(uuid4()), "reason": "not_true", "statement": "No, fictitious."}
    told(worker.ask("POST", f"/v1/cases/{case}/annotations", said), 404)


def test_what_was_shared_without_consent_shows_nowhere_before_the_person_is_told(
    worker: Client, adviser: Client, door: RequestPipeline, case: str
) -> None:
    which = proposed(worker, case)
    second_person(door, case, which, approves=True)
    take(worker, case, drafted(worker, case), "send")
    released(worker, adviser, case)
    report = f"/v1/cases/{case}/access-report"
    copy = told(copy_of(worker, case))
    assert (copy["sharings"], copy["referrals"]) == ([], [])
    assert "sharing." not in worker.ask("GET", report).get_data(as_text=True)
    done(worker, case, f"sharings/{which}/told", {})
    copy = told(copy_of(worker, case))
    assert [each["id"] for each in copy["sharings"]] == [which]
    assert len(copy["referrals"]) == 1
    assert "sharing.decide" in worker.ask("GET", report).get_data(as_text=True)
    assert str(worker.subject) not in json.dumps(copy)


@pytest.mark.parametrize("language", ["nl", "ro", "bg"])
def test_a_copy_lists_what_each_outside_agency_received_since_when_and_why(
    worker: Client, door: RequestPipeline, database: Database, language: str
) -> None:
    case, secretly = opened(worker, language=language), id_of_authority("NL.COMENSHA")
    which = proposed(worker, case)
    second_person(door, case, which, approves=True)
    agencies = [uuid4(), secretly]
    facts = {"data_categories": ["health"], "because": "covered", "told_on": "2026-03-02"}
    hear(
        database,
        *(
            received(case, "partners.telling.recorded", at, agency=str(each), **facts)
            for at, each in enumerate(agencies)
        ),
    )
    released(worker, joined(door, worker, case, "legal_adviser"), case)
    [shown] = told(copy_of(worker, case))["told_outside"]
    codes = (("data_category", "health"), ("gate_reason", "covered"))
    spoken = language if language in LANGUAGES else "en"
    in_words = [words_of_code(name, code, spoken).label for name, code in codes]
    assert shown == {**facts, "agency": str(agencies[0]), "agency_code": None, "in_words": in_words}
    done(worker, case, f"sharings/{which}/told", {})
    both = told(copy_of(worker, case))["told_outside"]
    assert {each["agency_code"] for each in both} == {None, "NL.COMENSHA"}, "once the person was informed"


@pytest.mark.hazard("H-DESK-15", control="kept-part-has-a-ground")
@pytest.mark.parametrize("language", ["en", "nl", "ro"])
def test_a_printed_copy_says_that_an_agency_keeps_a_part_and_on_which_ground(
    worker: Client, door: RequestPipeline, language: str
) -> None:
    case = opened(worker)
    consented(worker, case)
    [consent] = told(worker.ask("GET", f"/v1/cases/{case}"))["consents"]
    path = f"consents/{consent['id']}"
    done(worker, case, f"{path}/withdrawal", {"erase_requested": True})
    done(worker, case, f"{path}/answers", {"answer": "partly_kept", "basis": "legal_obligation"}, 201)
    released(worker, joined(door, worker, case, "legal_adviser"), case)
    page = copy_of(worker, case, **{"Accept": "text/html", "Accept-Language": language}).get_data(as_text=True)
    for code in (("withdrawal_answer", "partly_kept"), ("legal_basis", "legal_obligation")):
        assert escape(words_of_code(*code, language).label) in page


def test_a_disclosure_is_in_the_report_only_after_the_person_knows_of_the_demand(
    worker: Client, adviser: Client, case: str
) -> None:
    def handed() -> int:
        acts = told(worker.ask("GET", f"/v1/cases/{case}/access-report"))["acts"]
        return len([each for each in acts if each["did"] in ("copy.give", "disclosure.give")])

    hidden, known = (demanded(worker, case) for _ in range(2))
    released(worker, adviser, case)
    decided(adviser, case, known)
    assert copy_of(worker, case, query={"disclosure": known}).status_code == 200
    assert handed() == 0, "there is a demand that is not decided: nobody knows yet whether it is told"
    decided(adviser, case, hidden, person_told=False, not_told_reason="forbidden_by_order")
    assert copy_of(worker, case, query={"disclosure": hidden}).status_code == 200
    assert handed() == 0
    assert copy_of(worker, case).status_code == 200
    assert handed() == 1
