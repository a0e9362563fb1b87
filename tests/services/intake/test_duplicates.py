"""Cases of possibly the same person are proposed only to staff who can see both.

Other staff do not even see the number.
"""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.intake.access.erasure.actions import erase
from services.intake.access.merging.rules import matched
from shared.http import RequestPipeline
from shared.reference import codes
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened
from tests.kit.intake.names import GIVEN, named

FAMILY = {"kind": "family", "name": "Vrânceanu"}


def name(kind: str, words: str, until: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "name": words, "since": None, "until": until}


BOTH = [name("given", "Ruxandra"), name("family", "Vrânceanu")]


@pytest.mark.parametrize(
    ("theirs", "births", "found"),
    [
        (BOTH, (None, None), ("name",)),
        ([name("given", "Ruxandra Maria"), name("family", "Vranceanu")], ("1999", "2000-03"), ("name", "birth_year")),
        ([name("given", "Ruksandra"), name("family", "Vrinceanu")], (None, "1999"), ("sounds_like",)),
        (
            [*BOTH[:1], name("family", "Dumitrașcu"), name("family", "Vranceanu", "2024")],
            (None, None),
            ("former_name",),
        ),
        ([*BOTH, name("called_by", "Ruxi")], (None, None), ("name",)),
        # Many people share a name, so a name does not suffice.
        ([name("given", "Ruxandra")], (None, None), ()),
        ([name("given", "Ruxandra")], ("1999", "1999"), ("name", "birth_year")),
        (BOTH, ("1999", "1985"), ()),
        ([name("given", "Oksana"), name("family", "Vranceanu")], ("1999", "1999"), ()),
        ([], ("1999", "1999"), ()),
    ],
)
def test_what_matches_is_told_in_words_of_the_published_list_from_either_side(
    theirs: list[Any], births: tuple[str | None, str | None], found: tuple[str, ...]
) -> None:
    one, other = births
    assert matched(BOTH, one, theirs, other) == matched(theirs, other, BOTH, one) == found
    assert set(found) <= set(codes("duplicate_match").values)


def proposed(client: Client, case: str, status: int = 200) -> list[dict[str, Any]]:
    return list(told(client.ask("GET", f"/v1/cases/{case}/duplicates"), status).get("duplicates", []))


@pytest.mark.integration
def test_only_cases_that_the_reader_sees_too_are_proposed(worker: Client, door: RequestPipeline) -> None:
    mine = named(worker, GIVEN, FAMILY, birth="1999-07")
    theirs = named(Client(door, "caseworker"), GIVEN, FAMILY)
    assert proposed(worker, mine) == []
    other = named(worker, GIVEN, FAMILY, birth="2000")
    assert proposed(worker, mine) == [{"case": other, "matched": ["name", "birth_year"]}]
    supervisor = Client(door, "supervisor")
    led = {"supervisor": str(supervisor.subject), "member": str(worker.subject)}
    told(Client(door, "operator").ask("POST", "/v1/supervisions", led))
    assert [each["case"] for each in proposed(supervisor, mine)] == [other]
    told(worker.ask("POST", f"/v1/cases/{theirs}/break-glass", {"reason": "danger_to_life"}), 201)
    assert [each["case"] for each in proposed(worker, mine)] == [other]


@pytest.mark.integration
def test_whom_the_person_excluded_and_a_restricted_case_are_not_there(worker: Client, door: RequestPipeline) -> None:
    mine, other, third = (named(worker, GIVEN, FAMILY) for _ in range(3))
    both = Client(door, "caseworker")
    for case in (mine, other, third):
        done(worker, case, "team", {"member": str(both.subject), "role": "caseworker"}, 201)
    told(worker.ask("POST", f"/v1/cases/{other}/exclusions", {"kind": "worker", "member": str(both.subject)}), 201)
    assert [each["case"] for each in proposed(both, mine)] == [third]
    told(worker.ask("POST", f"/v1/cases/{third}/erasure-requests", {}), 201)
    assert proposed(both, mine) == []
    assert [each["case"] for each in proposed(worker, mine)] == [other]
    for hidden in (other, str(uuid4())):
        done(both, mine, f"duplicates/{hidden}/decline", None, 404)


@pytest.mark.integration
def test_what_was_declined_or_merged_is_not_proposed_again(worker: Client, database: Database) -> None:
    mine, other, third = (named(worker, GIVEN, FAMILY) for _ in range(3))
    done(worker, mine, f"duplicates/{other}/decline")
    done(worker, mine, f"duplicates/{other}/decline")
    assert [each["case"] for each in proposed(worker, mine)] == [third]
    assert {each["case"] for each in proposed(worker, other)} == {mine, third}
    merge = told(worker.ask("POST", f"/v1/cases/{mine}/merges", {"case": third}), 201)["id"]
    assert proposed(worker, mine) == []
    assert [each["case"] for each in proposed(worker, third)] == [other]
    done(worker, mine, f"merges/{merge}", None, 204, "DELETE")
    assert [each["case"] for each in proposed(worker, mine)] == [third]
    with database.transaction() as session:
        noted = "\n".join(
            session.scalars(text("select audit_log::text from audit_log where action like 'duplicate.%'"))
        )
    assert str(worker.subject) in noted
    assert "ruxandra" not in noted.casefold()


@pytest.mark.integration
def test_an_erased_case_stays_in_no_ones_list_of_declined(worker: Client, database: Database) -> None:
    mine, other = (named(worker, GIVEN, FAMILY) for _ in range(2))
    done(worker, mine, f"duplicates/{other}/decline")
    with database.transaction() as session:
        erase(session, UUID(other))
    with database.transaction() as session:
        assert session.execute(text("select * from duplicate_declined")).all() == []


@pytest.mark.integration
def test_the_work_list_marks_an_alias_whose_kept_case_the_reader_sees_too(
    worker: Client, door: RequestPipeline
) -> None:
    kept, alias = opened(worker), opened(worker)
    told(worker.ask("POST", f"/v1/cases/{kept}/merges", {"case": alias}), 201)
    other = Client(door, "caseworker")
    done(worker, alias, "team", {"member": str(other.subject), "role": "caseworker"}, 201)

    def marks(client: Client) -> dict[str, str | None]:
        return {each["case"]: each["alias_of"] for each in told(client.ask("GET", "/v1/work-list"))["cases"]}

    assert marks(worker) == {kept: None, alias: kept}
    assert marks(other) == {alias: None}
