"""Lookups of agencies' host names: a deadline, a share per agency, and a slot until the resolver returns."""

import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest

from shared.outbound import lookups
from shared.outbound.guard import Guard, Outlets
from shared.outbound.lookups import LookupLate, Lookups
from shared.outbound.targets import TargetRefused
from shared.runtime.host import hub
from tests.kit.silent_names import SilentNames
from tests.kit.waiting import PATIENCE, wait_until

SILENT, KNOWN = "https://silent.example/hook", "https://known.example/hook"
ONE, ANOTHER = uuid4(), uuid4()


@pytest.fixture
def names() -> Iterator[SilentNames]:
    silent = SilentNames()
    yield silent
    silent.answers.set()


@pytest.fixture
def guard(names: SilentNames) -> Guard:
    return Guard(Outlets(), names.resolve)


def refused(guard: Guard, owner: object) -> str:
    with pytest.raises(TargetRefused) as refusal:
        guard.route(SILENT, owner)  # type: ignore[arg-type]  # any owner
    return refusal.value.reason


def test_a_name_that_nobody_answers_is_refused_at_the_deadline(
    names: SilentNames, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "SECONDS", 0.05)
    assert refused(guard, ONE) == "name_unknown"
    wait_until(lambda: names.asked == 1, "the resolver was asked")
    names.answers.set()
    monkeypatch.setattr(lookups, "SECONDS", PATIENCE)
    assert guard.route(KNOWN, ONE).addresses
    assert names.asked == 1 + 1, "it was asked once for the silent name"


def test_silent_names_take_no_more_than_their_agencys_share_and_delay_no_other(
    names: SilentNames, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "SECONDS", PATIENCE)
    asking = [threading.Thread(target=guard.refusal, args=(SILENT, ONE)) for _ in range(3 * lookups.SHARE)]
    for thread in asking:
        thread.start()
    wait_until(lambda: names.asked == lookups.SHARE, "its share is taken")
    assert guard.route(KNOWN, ANOTHER).addresses
    assert (names.asked, names.answered) == (lookups.SHARE + 1, 1), "the others of the one are not even begun"
    names.answers.set()
    for thread in asking:
        thread.join()


def test_a_lookup_keeps_its_place_until_the_resolver_returns(
    names: SilentNames, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "SECONDS", 0.05)
    for _ in range(lookups.SHARE + 2):
        assert refused(guard, ONE) == "name_unknown"
    wait_until(lambda: names.asked == lookups.SHARE, "the resolver was asked for its share alone")
    names.answers.set()
    wait_until(lambda: names.answered == lookups.SHARE, "the resolver gives up")
    monkeypatch.setattr(lookups, "SECONDS", PATIENCE)
    assert guard.route(KNOWN, ONE).addresses
    assert names.asked == lookups.SHARE + 1, "the resolver was not asked for more than the share"


def test_an_error_of_the_resolver_is_that_of_the_lookup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "SECONDS", PATIENCE)

    def fails() -> None:
        raise OSError("no such name")

    with pytest.raises(OSError, match="no such name"):
        Lookups().run(ONE, fails)


def test_all_places_together_are_bounded(names: SilentNames, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "SECONDS", 0.05)
    places = Lookups(most=2, share=1)
    for owner in (uuid4(), uuid4(), uuid4()):
        with pytest.raises(LookupLate):
            places.run(owner, lambda: names.resolve("silent.example", 443))
    wait_until(lambda: names.asked == 2, "the resolver was asked for each place")
    names.answers.set()
    wait_until(lambda: names.answered == 2, "the resolver gives up")
    monkeypatch.setattr(lookups, "SECONDS", PATIENCE)
    places.run(uuid4(), lambda: names.resolve("known.example", 443))
    assert names.asked == 2 + 1, "the third had no place"


def test_the_installations_own_names_have_threads_that_agencies_names_can_not_take() -> None:
    assert hub.LOOKUP_THREADS - lookups.MOST >= 4
