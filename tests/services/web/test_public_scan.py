"""The address in a poster's QR code counts the scan and redirects the visitor to an address without the code."""

from collections.abc import Iterator

import pytest

from services.web.public.intake import SCANS
from shared.reference.words import PUBLIC_LANGUAGES
from tests.kit.public import ADDRESS, Door, door_with
from tests.kit.stand_in import StandIn

CODE = "K7PQ2X9M"


@pytest.fixture
def door() -> Iterator[Door]:
    services = StandIn()
    yield door_with(services)
    services.close()


@pytest.mark.hazard("H-PUBLIC-9", control="scan-leaves-no-code")
@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_a_scan_is_counted_once_and_leads_to_the_first_page_without_the_code(door: Door, language: str) -> None:
    answer = door.get(f"/{language}/o/{CODE}")
    assert (answer.status_code, answer.headers["Location"], answer.data) == (303, f"/{language}/", b"")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert door.asked() == [(*SCANS, {"code": CODE, "language": language})]
    assert CODE not in door.get(answer.headers["Location"]).text


@pytest.mark.parametrize("status", [0, 422, 429, 500])
def test_a_scan_that_is_not_counted_leads_to_the_same_page(door: Door, status: int) -> None:
    if status:
        door.intake.different["/v1/poster-scans"] = (status, {})
    else:
        door.services.close()
    answer = door.get(f"/vi/o/{CODE}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/vi/")


def test_a_visitor_arrives_also_while_there_are_no_words(door: Door) -> None:
    door.intake.different["/v1/self-check"] = (503, {})
    answer = door.get(f"/vi/o/{CODE}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/vi/")


def test_a_program_that_checks_links_is_not_counted(door: Door) -> None:
    answer = door.app.test_client().head(f"/vi/o/{CODE}", base_url=ADDRESS)
    assert answer.status_code == 303
    assert door.asked() == []


@pytest.mark.parametrize("path", [f"/xx/o/{CODE}", f"/vi/o/{'1' * 65}", "/vi/o/", f"/vi/o/{CODE}/more"])
def test_an_address_that_no_poster_has_counts_nothing(door: Door, path: str) -> None:
    assert door.get(path).status_code == 404
    assert door.asked() == []
