"""Leave to stay, legal aid and non-punishment: the state of each, and the tasks that follow with their assignees."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from services.legal.court.protection import rules
from services.legal.court.protection.models import BASES
from services.legal.court.protection.rules import STEPS, Step
from shared.reference import JURISDICTIONS, codes
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.matters import listed, opened, put_right


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as service:
        yield service


def begun(adviser: Client, file: str, kind: str, basis: str, **more: Any) -> str:
    made = adviser.told("POST", f"{file}/protections", {"kind": kind, "basis": basis, **more}, 201)
    return f"{file}/protections/{made['id']}/steps"


def stepped(adviser: Client, steps: str, step: str, happened_on: str, **more: Any) -> None:
    adviser.told("POST", steps, {"step": step, "happened_on": happened_on, **more}, 201)


def waiting(legal: Harness) -> dict[str, list[tuple[str | None, bool]]]:
    tasks = {kind: [(day, unclear) for day, unclear, _ in of_kind] for kind, of_kind in listed(legal).items()}
    return {kind: of_kind for kind, of_kind in tasks.items() if kind != "no_deputy"}


@pytest.mark.integration
def test_ending_leave_is_listed_90_30_and_14_days_before(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    steps = begun(adviser, file, "residence", "NL.B8_3_REPORT")
    assert waiting(legal) == {}
    stepped(adviser, steps, "refused", "2026-01-05")
    assert waiting(legal) == {}, "the window of the law is a period of the case"
    stepped(adviser, steps, "challenged", "2026-01-12")
    stepped(adviser, steps, "granted", "2026-02-02", until="2026-12-31")
    on_the_list = {
        "leave_ends": [("2026-12-31", False)],
        "leave_ends_in_14_days": [("2026-12-17", False)],
        "leave_ends_in_30_days": [("2026-12-01", False)],
        "leave_renewal": [("2026-10-02", False)],
    }
    assert waiting(legal) == on_the_list
    adviser.told("POST", f"{file}/closing", {"outcome": "won"}, 201)
    assert waiting(legal) == on_the_list, "a file that is closed loses no day"
    stepped(adviser, steps, "renewal_applied", "2026-03-02")
    assert waiting(legal) == {"leave_ends": [("2026-12-31", False)]}
    stepped(adviser, steps, "ended", "2026-03-09")
    assert waiting(legal) == {}
    [shown] = adviser.told("GET", f"{file}/protections")["protections"]
    assert (shown["state"], shown["until"], len(shown["steps"])) == ("ended", "2026-12-31", 5)


@pytest.mark.integration
def test_leave_that_was_recorded_wrongly_is_put_right_and_the_list_follows(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    steps = begun(adviser, file, "residence", "NL.REFLECTION")
    granted = {"step": "granted", "happened_on": "2026-02-02", "until": "2026-12-31"}
    step = f"{steps}/{adviser.told('POST', steps, granted, 201)['id']}"
    put_right(adviser, step, reason="wrong_date", until="2027-01-31")
    assert waiting(legal)["leave_ends"] == [("2027-01-31", False)]
    before = {"reason": "wrong_date", "until": "2026-01-31"}
    assert adviser.ask("POST", f"{step}/correction", before).status_code == 422
    leave = steps.rpartition("/")[0]
    put_right(adviser, leave, reason="wrong_code", basis="NL.B8_3_REPORT")
    elsewhere = {"reason": "wrong_code", "basis": "RO.PERMIT"}
    assert adviser.ask("POST", f"{leave}/correction", elsewhere).status_code == 422
    put_right(adviser, step, reason="not_so")
    assert waiting(legal) == {}
    stepped(adviser, steps, "refused", "2026-02-02")
    assert waiting(legal) == {}
    put_right(adviser, leave, reason="recorded_twice")
    assert waiting(legal) == {}
    assert adviser.ask("POST", steps, {"step": "applied"}).status_code == 409
    [shown] = adviser.told("GET", f"{file}/protections")["protections"]
    assert (shown["basis"], shown["until"], shown["revision"]) == ("NL.B8_3_REPORT", None, 3)
    assert [each["was"] for each in adviser.told("GET", file)["corrections"]] == [
        {"until": "2026-12-31"},
        {"basis": "NL.REFLECTION"},
        {},
        {},
    ]


@pytest.mark.integration
def test_legal_aid_waits_until_it_is_granted_and_again_when_its_limit_is_reached(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    steps = begun(adviser, opened(adviser), "legal_aid", "NL.WRB_44_4")
    for step, day, waits in (
        ("applied", "2026-01-05", True),
        ("refused", "2026-01-06", True),
        ("review_asked", "2026-01-07", True),
        ("granted", "2026-01-08", False),
        ("capped", "2026-01-09", True),
        ("ended", "2026-01-10", False),
    ):
        stepped(adviser, steps, step, day, merits="good")
        assert ("legal_aid_open" in waiting(legal)) is waits, step


@pytest.mark.integration
def test_that_a_person_must_not_be_punished_waits_until_it_is_raised(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    told = {"offence": "drugs", "acted_on": "2024-05", "age_at_act": "child"}
    steps = begun(adviser, file, "non_punishment", "NL.SEPOT", **told)
    for step in ("asked", "statement_recorded"):
        stepped(adviser, steps, step, "2026-02-02")
        assert waiting(legal) == {"non_punishment_open": [(None, False)]}
    stepped(adviser, steps, "raised", "2026-02-03")
    assert waiting(legal) == {}
    stepped(adviser, steps, "discontinued", "2026-02-09")
    [shown] = adviser.told("GET", f"{file}/protections")["protections"]
    assert (shown["state"], shown["offence"], shown["acted_on"]) == ("discontinued", "drugs", "2024-05")


@pytest.mark.integration
@pytest.mark.parametrize(
    "body",
    [
        {"kind": "residence", "basis": "NL.WRB_44_4"},
        {"kind": "residence", "basis": "GB.VTS_RECOVERY"},
        {"kind": "residence", "basis": "NL.REFLECTION", "offence": "drugs"},
        {"kind": "non_punishment", "basis": "NL.SEPOT"},
    ],
)
def test_what_can_not_be_is_refused(legal: Harness, body: Any) -> None:
    adviser = legal.member("legal_adviser")
    assert adviser.ask("POST", f"{opened(adviser)}/protections", body).status_code == 422


@pytest.mark.integration
def test_who_has_no_part_in_the_matter_learns_of_no_leave(legal: Harness) -> None:
    adviser, other = legal.member("legal_adviser"), legal.member("legal_adviser")
    file = opened(adviser)
    steps = begun(adviser, file, "residence", "NL.REFLECTION")
    nowhere = f"matter-files/{uuid4()}/protections"
    assert [other.ask("GET", each).status_code for each in (f"{file}/protections", nowhere)] == [404, 404]
    assert other.ask("POST", steps, {"step": "applied"}).status_code == 404
    assert adviser.ask("POST", steps, {"step": "quashed"}).status_code == 422
    assert adviser.ask("POST", steps, {"step": "applied", "until": "2026-12-31"}).status_code == 422


ONE_KIND = st.sampled_from(sorted(STEPS)).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.lists(
            st.builds(
                Step,
                st.sampled_from(STEPS[kind]),
                st.dates(date(2026, 1, 1), date(2026, 1, 9)),
                st.none() | st.dates(date(2027, 1, 1), date(2027, 1, 3)),
            ),
            max_size=8,
        ),
    )
)


@given(ONE_KIND, st.randoms(use_true_random=False))
def test_steps_in_any_order_come_to_the_same(of_kind: tuple[str, Sequence[Step]], chance: Any) -> None:
    kind, steps = of_kind
    shuffled = list(steps)
    chance.shuffle(shuffled)
    assert rules.standing_of(kind, shuffled) == rules.standing_of(kind, steps)


def test_each_step_is_one_of_some_kind_and_each_country_has_bases_of_its_own() -> None:
    assert {step for steps in STEPS.values() for step in steps} == set(codes("protection_step"))
    assert set(STEPS) == set(codes("protection_kind")) == set(BASES)
    for where in JURISDICTIONS:
        for kind, bases in BASES.items():
            own = [basis for basis in bases if basis.startswith(f"{where[:2]}.")]
            assert own, (where, kind)
            for basis in own:
                rules.check_basis(kind, basis, BASES, where)
