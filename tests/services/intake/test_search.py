"""Only staff who can see the case find a person by name, however the name is spelled."""

from uuid import UUID

import pytest
from sqlalchemy import text

from shared.encryption import Keys
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.databases import as_owner
from tests.kit.intake.cases import done
from tests.kit.intake.names import FAMILY, found, named

pytestmark = pytest.mark.integration


def test_a_name_is_found_however_it_is_spelled_also_once_it_has_changed(worker: Client) -> None:
    case, other = named(worker, birth="1999-07"), named(worker, {"kind": "called_by", "name": "Oksana, fictitious"})
    assert found(worker, "Ruxandra Vranceanu") == [(case, "same")]
    assert found(worker, "vrinceanu") == [(case, "one_letter_apart")]
    assert found(worker, "Оксана") == [(other, "same")]
    assert found(worker, "Ruxandra Oksana") == []
    done(worker, case, "person/names", {"kind": "family", "name": "Dumitrașcu, fictitious"})
    assert found(worker, "Dumitrascu") == [(case, "same")]
    assert found(worker, "Vranceanu") == [], "a former name is found with a reason on record"
    told(worker.ask("POST", "/v1/searches/former-names", {"reason": "paper_in_former_name"}))
    assert found(worker, "Vranceanu") == [(case, "same")]
    assert found(worker, "Ruxandra", birth_year=1998) == [(case, "same")]
    assert found(worker, "Ruxandra", birth_year=1980) == []


def test_a_name_that_was_taken_back_is_not_found_any_more(worker: Client, own_keys: Keys) -> None:
    case = named(worker)
    done(worker, case, "person", {"names": [FAMILY]}, method="PUT")
    assert found(worker, "Ruxandra") == []
    assert found(worker, "Vranceanu") == [(case, "same")]
    own_keys.destroy(UUID(case))
    assert found(worker, "Vranceanu") == []


def test_only_the_team_and_its_supervisor_find_a_case_and_excluded_users_never_do(
    worker: Client, door: RequestPipeline
) -> None:
    case = named(worker)
    supervisor, adviser, cousin = Client(door, "supervisor"), Client(door, "legal_adviser"), Client(door, "caseworker")
    both = {"supervisor": str(supervisor.subject), "member": str(worker.subject)}
    told(Client(door, "operator").ask("POST", "/v1/supervisions", both))
    stranger = Client(door, "caseworker")
    told(stranger.ask("POST", f"/v1/cases/{case}/break-glass", {"reason": "danger_to_life"}), 201)
    told(worker.ask("POST", f"/v1/cases/{case}/team", {"member": str(cousin.subject), "role": "caseworker"}), 201)
    assert found(cousin, "Ruxandra") == found(supervisor, "Ruxandra") == [(case, "same")]
    named_out = {"kind": "worker", "member": str(cousin.subject)}
    told(worker.ask("POST", f"/v1/cases/{case}/exclusions", named_out), 201)
    for who in (cousin, adviser, stranger):
        assert told(who.ask("POST", "/v1/searches", {"name": "Ruxandra"})) == {"found": [], "more": False}
    assert worker.ask("POST", "/v1/searches", {"name": ""}).status_code == 422
    assert Client(door, "statistician").ask("POST", "/v1/searches", {"name": "Ruxandra"}).status_code == 403


def test_after_a_key_restore_an_operator_reindexes_names_without_reading_them(
    worker: Client, door: RequestPipeline, own_keys: Keys
) -> None:
    case = named(worker)
    with as_owner(own_keys._engine) as owner:
        owner.execute("truncate blind_indexes")
    assert found(worker, "Ruxandra") == []
    assert worker.ask("POST", "/v1/searches/index", {}).status_code == 403
    assert told(Client(door, "operator").ask("POST", "/v1/searches/index", {})) == {"indexed": 1, "next": None}
    assert found(worker, "Ruxandra") == [(case, "same")]


def test_a_search_is_noted_without_its_words(worker: Client, database: Database) -> None:
    found(worker, "Ruxandra Vranceanu")
    with database.transaction() as session:
        rows = session.execute(text("select audit_log::text from audit_log where action = 'person.search'")).scalars()
        kept = "\n".join(rows)
    assert str(worker.subject) in kept
    assert "ruxandra" not in kept.casefold()
