"""The state of an award follows from its steps. Amounts are sealed and never published."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from services.legal.compensation.award.rules import Step, state_of
from shared.reference import codes
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

#: Amounts whose digits no id and no digest in a store contains by chance.
SUM = "73914628.40"
AWARD = {"remedy": "NL.CRIMINAL_JOINDER", "payer": "offender", "currency": "EUR", "amount": SUM}


@pytest.fixture(scope="module")
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as service:
        yield service


def test_an_award_is_paid_in_parts_and_others_hear_its_state_alone(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    award = adviser.told("POST", "awards", {**AWARD, "awarded_on": "2026-01-09"}, 201)["id"]
    steps: list[dict[str, Any]] = [
        {"kind": "final", "happened_on": "2026-02-02"},
        {"kind": "collecting", "happened_on": "2026-02-09", "next_on": "2026-10-02"},
        {"kind": "payment", "amount": "391.40", "currency": "EUR", "happened_on": "2026-03-02"},
        {"kind": "payment", "amount": "1000", "currency": "EUR", "happened_on": "2026-05-04"},
        {"kind": "payment", "amount": "73913237.00", "currency": "EUR", "happened_on": "2026-10-02"},
    ]
    for step in steps:
        adviser.told("POST", f"awards/{award}/steps", step, 201)
    states = [data["state"] for name, data in legal.announced() if name == "award.changed" and data["award"] == award]
    assert states == ["awarded", "final", "collecting", "part_paid", "paid"]
    assert {key for name, data in legal.announced() if name == "award.changed" for key in data} == {
        "award",
        "remedy",
        "state",
    }
    [exact] = [each for each in adviser.told("GET", "awards")["awards"] if each["id"] == award]
    assert (exact["amount"], exact["paid"], exact["state"]) == (SUM, SUM, "paid")
    everything = legal.everything()
    assert "73914628" not in everything
    assert "391.40" not in everything
    caseworker = legal.member("caseworker")
    assert caseworker.ask("GET", "awards").status_code == 403
    [seen] = [each for each in caseworker.told("GET", "")["awards"] if each["id"] == award]
    assert seen["state"] == "paid"
    assert seen.keys().isdisjoint({"amount", "currency", "payer"})


def test_an_outstanding_award_is_listed_by_its_next_step_until_paid_or_lost(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    award = adviser.told("POST", "awards", {**AWARD, "awarded_on": "2026-01-09"}, 201)["id"]
    steps: list[dict[str, Any]] = [
        {"kind": "final", "happened_on": "2026-02-02"},
        {"kind": "enforcement", "happened_on": "2026-02-09", "next_on": "2026-10-02"},
        {"kind": "unpaid", "happened_on": "2026-10-02", "next_on": "2027-10-02"},
        {"kind": "unpaid", "happened_on": "2026-10-05"},
        {"kind": "payment", "amount": SUM, "currency": "EUR", "happened_on": "2026-10-09"},
    ]
    listed: list[tuple[str, str | None]] = []
    for step in steps:
        adviser.told("POST", f"awards/{award}/steps", step, 201)
    for name, data in legal.announced():
        if name.startswith("award_task.") and data["award"] == award:
            listed.append((name, data.get("due_on")))
    assert listed == [
        ("award_task.set", None),
        ("award_task.set", "2026-10-02"),
        ("award_task.set", "2027-10-02"),
        ("award_task.done", None),
    ]


@pytest.mark.parametrize(
    ("step", "status"),
    [
        ({"kind": "payment"}, 422),
        ({"kind": "final", "amount": "3.00", "currency": "EUR"}, 422),
        ({"kind": "payment", "amount": "3.00", "currency": "GBP"}, 422),
        ({"kind": "payment", "amount": "-3.00", "currency": "EUR"}, 422),
        ({"kind": "final", "happened_on": "2020-01-01"}, 422),
    ],
)
def test_what_can_not_be_is_refused_without_the_amount(legal: Harness, step: dict[str, str], status: int) -> None:
    adviser = legal.member("legal_adviser")
    award = adviser.told("POST", "awards", AWARD, 201)["id"]
    refused = adviser.ask("POST", f"awards/{award}/steps", step)
    assert refused.status_code == status
    assert "3.00" not in refused.get_data(as_text=True)


_STEPS = st.lists(
    st.builds(
        lambda kind, day, amount: Step(
            kind, date(2026, 3, day), Decimal(amount) if kind in ("payment", "advance") else None
        ),
        st.sampled_from(codes("award_step").values),
        st.integers(1, 9),
        st.integers(1, 60),
    ),
    max_size=8,
)


@given(_STEPS, st.randoms(use_true_random=False))
def test_the_same_steps_in_any_order_end_in_the_same_state(steps: list[Step], random: Any) -> None:
    shuffled = random.sample(steps, len(steps))
    state = state_of(Decimal(100), steps)
    assert state == state_of(Decimal(100), shuffled)
    assert state in codes("money_state")
    paid = sum(step.amount for step in steps if step.amount)
    assert state != "paid" or paid >= 100
    assert state in ("paid", "set_aside") or paid < 100
