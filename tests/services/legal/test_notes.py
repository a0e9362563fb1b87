"""Legal notes are sealed, corrected but never overwritten, and readable only by the case's own advisers."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from deploy.cli import servers
from services.legal.matters.note.models import Note
from shared import encryption
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

MARKER = "Zebrafinch-4417, fictitious"
NOTE = {"kind": "strategy", "text": f"Ioana said: {MARKER}"}


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as found:
        yield found


def test_an_adviser_of_the_case_reads_what_an_adviser_wrote(legal: Harness) -> None:
    writer, reader = legal.member("legal_adviser"), legal.member("legal_adviser")
    made = writer.told("POST", "notes", NOTE, 201)
    reply = reader.told("GET", "notes")
    [note] = reply["notes"]
    assert (note["id"], note["text"], note["written_by"]) == (made["id"], NOTE["text"], str(writer.subject))
    assert (note["kind"], note["matter"], note["superseded_by"]) == ("strategy", None, None)
    assert reply["withheld"] == []


def test_nobody_else_reads_or_writes_one_nor_learns_that_there_is_one(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    adviser.told("POST", "notes", NOTE, 201)
    emergency = legal.staff("legal_adviser", "supervisor", "caseworker")
    legal.break_glass(emergency)
    others = (
        *(legal.member(role) for role in ("caseworker", "counsellor", "support_worker", "supervisor")),
        legal.supervisor_of(adviser),
        legal.staff("data_protection_officer"),
        legal.staff("operator"),
        legal.staff("legal_adviser"),
        emergency,
    )
    for each in others:
        # Readers of the case learn which role to ask. Other staff learn nothing.
        refused = 403 if each.ask("GET", "").status_code == 200 else 404
        assert each.ask("GET", "notes").status_code == refused, each.roles
        assert each.ask("POST", "notes", NOTE).status_code == refused, each.roles
    excluded = legal.member("legal_adviser")
    legal.exclude(excluded)
    assert excluded.ask("GET", "notes").status_code == 404
    assert "notes" not in adviser.told("GET", "")


def test_what_was_written_stands_in_no_row_event_log_or_audit(
    legal: Harness, capfd: pytest.CaptureFixture[str]
) -> None:
    adviser = legal.member("legal_adviser")
    adviser.told("POST", "notes", NOTE, 201)
    adviser.told("GET", "notes")
    adviser.ask("POST", "notes", {**NOTE, "kind": "gossip"})
    found = legal.everything()
    assert str(legal.case) in found
    for hidden in (MARKER, MARKER.encode().hex(), "Zebrafinch"):
        assert hidden not in found
    assert MARKER not in "".join(capfd.readouterr())
    assert legal.announced() == []


def test_a_note_is_corrected_by_a_new_one_once_and_both_stay(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    first = adviser.told("POST", "notes", NOTE, 201)["id"]
    second = adviser.told("POST", "notes", {**NOTE, "text": "rather so", "corrects": first}, 201)["id"]
    old, new = adviser.told("GET", "notes")["notes"]
    assert (old["id"], old["text"], old["superseded_by"]) == (first, NOTE["text"], second)
    assert (new["id"], new["text"], new["superseded_by"]) == (second, "rather so", None)
    refused = adviser.told("POST", "notes", {**NOTE, "corrects": first}, 422)
    assert refused["errors"][0]["rule"] == "corrects_what_stands"
    assert len(adviser.told("GET", "notes")["notes"]) == 2


def test_a_note_refers_to_its_own_case_only(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    for field in ("matter", "corrects"):
        refused = adviser.told("POST", "notes", {**NOTE, field: str(uuid4())}, 422)
        assert (refused["errors"][0]["field"], refused["errors"][0]["rule"]) == (field, "of_the_same_case")
        assert MARKER not in str(refused)


@pytest.mark.parametrize(
    ("text", "status"), [("", 422), ("  \n", 422), ("x" * 20_001, 422), (None, 422), (7, 422), ("\ud800", 400)]
)
def test_what_says_nothing_or_can_not_be_written_down_is_refused(legal: Harness, text: object, status: int) -> None:
    adviser = legal.member("legal_adviser")
    assert adviser.ask("POST", "notes", {**NOTE, "text": text}).status_code == status
    assert adviser.told("GET", "notes")["notes"] == []


def test_a_note_that_was_put_in_anothers_place_does_not_open(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    made = [UUID(adviser.told("POST", "notes", {**NOTE, "text": each}, 201)["id"]) for each in ("one", "two")]
    with legal.database.transaction() as session:
        stolen = session.execute(select(Note.text).where(Note.id == made[0])).scalar_one()
        session.execute(update(Note).where(Note.id == made[1]).values(text=stolen))
    assert adviser.ask("GET", "notes").status_code == 500


def test_an_erased_case_keeps_no_note_and_takes_none(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    adviser.told("POST", "notes", NOTE, 201)
    with legal.database.transaction() as session:
        encryption.of(session).destroy(legal.case)
    assert adviser.ask("GET", "notes").status_code == 410
    assert adviser.ask("POST", "notes", NOTE).status_code == 410
