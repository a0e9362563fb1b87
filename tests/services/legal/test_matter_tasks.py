"""Events publish the tasks of a matter with their assignees to the work list, and withdraw them once they are done."""

from collections.abc import Iterator

import pytest

from deploy.cli import servers
from tests.kit.harness import Harness, harness
from tests.kit.matters import dated, listed, opened

pytestmark = pytest.mark.integration


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as service:
        yield service


def test_a_key_date_is_told_until_it_is_answered_and_its_check_until_it_is_made(legal: Harness) -> None:
    adviser, deputy = legal.member("legal_adviser"), legal.member("legal_adviser")
    file, mine = opened(adviser), [str(adviser.subject)]
    both = sorted([str(adviser.subject), str(deputy.subject)])
    assert listed(legal) == {"no_deputy": [(None, False, mine)]}
    key_date = dated(adviser, file, "appeal", "2026-03-09", unclear=True)
    assert listed(legal)["key_date"] == listed(legal)["date_unchecked"] == [("2026-03-09", True, mine)]
    adviser.told("POST", f"{file}/members", {"member": str(deputy.subject), "part": "deputy"}, 201)
    assert listed(legal)["key_date"] == [("2026-03-09", True, both)], "who joins hears all that is open"
    deputy.told("POST", f"{key_date}/check", None, 201)
    assert listed(legal) == {"key_date": [("2026-03-09", True, both)]}
    adviser.told("POST", f"{key_date}/answer", {"answer": "filed"}, 201)
    assert listed(legal) == {}


def test_a_hearing_that_moves_takes_its_old_day_away(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    key_date = dated(adviser, file, "hearing", "2026-03-09")
    moved = adviser.told("POST", f"{key_date}/move", {"due_on": "2026-04-20"}, 201)["id"]
    assert [day for day, _, _ in listed(legal)["key_date"]] == ["2026-04-20"]
    assert [day for day, _, _ in listed(legal)["date_unchecked"]] == ["2026-04-20"]
    before, after = adviser.told("GET", file)["dates"]
    assert (before["answer"], before["due_on"]) == ("moved", "2026-03-09"), "it stays, answered"
    assert (after["id"], after["moved_from"], after["kind"]) == (moved, before["id"], "hearing")
    assert adviser.ask("POST", f"{key_date}/move", {"due_on": "2026-05-01"}).status_code == 409
    refused = adviser.ask("POST", f"{file}/dates/{moved}/answer", {"answer": "moved"})
    assert refused.status_code == 422, "nobody answers so by hand"


def test_an_offer_of_settlement_warns_before_it_is_accepted(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    key_date = dated(adviser, opened(adviser), "settlement", "2026-03-09")
    assert [day for day, _, _ in listed(legal)["settlement_offer"]] == ["2026-03-09"]
    adviser.told("POST", f"{key_date}/answer", {"answer": "not_pursued"}, 201)
    assert "settlement_offer" not in listed(legal)


def test_who_is_kept_apart_has_nothing_of_it_on_the_list_any_more(legal: Harness) -> None:
    adviser, colleague = legal.member("legal_adviser"), legal.member("legal_adviser")
    file = opened(adviser)
    adviser.told("POST", f"{file}/members", {"member": str(colleague.subject), "part": "adviser"}, 201)
    dated(adviser, file, "limitation", "2026-03-09")
    adviser.told("POST", f"{file}/barriers", {"member": str(colleague.subject), "reason": "own_interest"}, 201)
    assert {str(members) for tasks in listed(legal).values() for _, _, members in tasks} == {
        str([str(adviser.subject)])
    }


def test_of_a_closed_matter_nothing_waits_and_what_is_missing_comes_back_with_it(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    adviser.told("POST", f"{file}/documents", {"kind": "identity", "due_on": "2026-03-09"}, 201)
    adviser.told("POST", f"{file}/closing", {"outcome": "withdrawn"}, 201)
    assert listed(legal) == {}
    adviser.told("POST", f"{file}/stages", {"stage": "evidence"}, 201)
    assert listed(legal).keys() == {"document", "no_deputy"}


def test_what_is_told_has_no_word_of_the_matter_and_raises_no_version(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    version = adviser.ask("GET", "").headers["ETag"]
    file = opened(adviser)
    dated(adviser, file, "hearing", "2026-03-09")
    assert adviser.ask("GET", "").headers["ETag"] == version
    told = str(legal.announced())
    assert file.removeprefix("matter-files/") not in told.replace(str(legal.case), "")
    assert "asylum" not in told
