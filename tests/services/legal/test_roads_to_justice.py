"""The legal steps of two years under each law, for a person who was never formally identified. Fictitious."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.cli import servers
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.matters import dated, listed

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ADVICE = {
    "phase": "before_detection",
    "status": "given",
    "topics": ["compensation"],
    "funding": "pro_bono",
    "language": "bg",
    "interpreter": True,
    "format": "phone",
}
ENDS = ("convicted", "guilty_plea", "acquitted", "charges_dropped")


@dataclass(frozen=True)
class Law:
    """Differences by law: the remedy that results in money, the payer, and the grounds of protection."""

    jurisdiction: str
    remedy: str
    currency: str
    payer: str
    leave: str
    aid: str
    unpunished: str


LAWS = (
    Law("GB-EAW", "GB.COMP_ORDER", "GBP", "offender", "GB.VTS_COMPENSATION", "GB.LASPO_32", "GB.S45_ADULT"),
    Law("NL", "NL.CRIMINAL_JOINDER", "EUR", "state", "NL.B8_3_REPORT", "NL.WRB_44_4", "NL.ART_9A"),
    Law("RO", "RO.CIVIL_PARTY", "RON", "offender", "RO.PERMIT", "RO.L211_14", "RO.ART_20"),
)


@pytest.fixture(params=LAWS, ids=lambda law: str(law.jurisdiction))
def law(request: pytest.FixtureRequest) -> Law:
    found: Law = request.param
    return found


@pytest.fixture
def legal(postgres: servers.PostgresServer, law: Law) -> Iterator[Harness]:
    with harness("legal", postgres, law.jurisdiction) as service:
        yield service


def at(legal: Harness, day: str) -> None:
    legal.move_clock(datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=UTC))


def made(adviser: Client, path: str, body: Any) -> str:
    return str(adviser.told("POST", path, body, 201)["id"])


def test_nobody_is_identified_and_money_comes_in_parts(legal: Harness, law: Law) -> None:
    adviser, deputy = legal.member("legal_adviser"), legal.member("legal_adviser")
    at(legal, "2026-03-02")
    made(adviser, "advice", ADVICE)
    file = f"matter-files/{made(adviser, 'matter-files', {'type': 'criminal_victim', 'remedy': law.remedy})}"
    made(adviser, f"{file}/opening", {"decision": "accepted"})
    made(adviser, f"{file}/members", {"member": str(deputy.subject), "part": "deputy"})
    protected(adviser, file, law)
    proceeding = f"{file}/proceedings/{made(adviser, f'{file}/proceedings', PROSECUTION)}"
    heard(legal, adviser, file, proceeding)
    four_disposals(legal, adviser, file, proceeding)
    appeal = dated(adviser, file, "appeal", "2027-04-05")
    made(deputy, f"{appeal}/check", None)
    made(adviser, f"{appeal}/answer", {"answer": "not_pursued"})
    paid_in_parts(legal, adviser, law)
    made(adviser, f"{file}/closing", {"outcome": "won"})
    assert listed(legal) == {}, "two years later nothing waits, and nothing was lost on the way"
    whole = adviser.told("GET", "")
    assert whole["identification"] == []
    assert [award["state"] for award in whole["awards"]] == ["paid"]


PROSECUTION = {"kind": "criminal", "person_role": "injured_party"}


def protected(adviser: Client, file: str, law: Law) -> None:
    """Record leave, legal aid, and a fine for an act that the person was forced to commit."""
    kept: dict[str, tuple[str, dict[str, str], list[dict[str, str]]]] = {
        "residence": (law.leave, {}, [{"step": "applied"}, {"step": "granted", "until": "2027-03-02"}]),
        "legal_aid": (law.aid, {}, [{"step": "applied", "merits": "good"}, {"step": "granted"}]),
        "non_punishment": (law.unpunished, {"offence": "document_offence"}, [{"step": "asked"}, {"step": "raised"}]),
    }
    for kind, (basis, more, steps) in kept.items():
        protection = made(adviser, f"{file}/protections", {"kind": kind, "basis": basis, **more})
        for step in steps:
            made(adviser, f"{file}/protections/{protection}/steps", step)
        if kind == "residence":
            leave = f"{file}/protections/{protection}/steps"
    made(adviser, leave, {"step": "renewal_applied"})
    made(adviser, leave, {"step": "ended"})


def heard(legal: Harness, adviser: Client, file: str, proceeding: str) -> None:
    """Record a hearing that is moved once, prepared, and held."""
    hearing = {"kind": "trial", "held_on": "2026-09-07", "proceeding": proceeding.rpartition("/")[2]}
    address = f"{file}/hearings/{made(adviser, f'{file}/hearings', hearing)}"
    made(adviser, f"{address}/move", {"held_on": "2026-11-09"})
    assert [day for day, _, _ in listed(legal)["hearing"]] == ["2026-11-09"]
    needs = {"wanted": ["interpreter"], "arranged": ["interpreter"], "mode": "remote", "statement": "read_out"}
    made(adviser, f"{address}/preparation", needs)
    for state in ("asked", "granted"):
        made(adviser, f"{address}/measures", {"measure": "live_link", "state": state, "wish": "wanted"})
    assert "hearing_unprepared" not in listed(legal)
    at(legal, "2026-11-10")
    made(adviser, f"{address}/end", {"state": "held"})


def four_disposals(legal: Harness, adviser: Client, file: str, proceeding: str) -> None:
    """Record separate outcomes for four defendants, and a request to review the decision not to prosecute one."""
    at(legal, "2027-03-08")
    for end in ENDS:
        defendant = made(adviser, f"{proceeding}/defendants", {"charges": ["trafficking"]})
        made(adviser, f"{proceeding}/steps", {"defendant": defendant, "stage": "final", "disposal": end})
    assert len(listed(legal)["no_charge_review"]) == 1
    made(adviser, f"{proceeding}/steps", {"defendant": defendant, "review": "asked"})
    [shown] = adviser.told("GET", f"{file}/proceedings")["proceedings"]
    assert tuple(each["disposal"] for each in shown["defendants"]) == ENDS


def paid_in_parts(legal: Harness, adviser: Client, law: Law) -> None:
    """Record the payment of an award as an advance and two payments, the last a year later."""
    award = {"remedy": law.remedy, "payer": law.payer, "currency": law.currency, "amount": "3000.00"}
    steps = f"awards/{made(adviser, 'awards', award)}/steps"
    for day, kind, amount in (
        ("2027-05-03", "final", None),
        ("2027-06-07", "advance", "500.00"),
        ("2027-10-04", "payment", "1500.00"),
        ("2028-03-06", "payment", "1000.00"),
    ):
        at(legal, day)
        money = {} if amount is None else {"amount": amount, "currency": law.currency}
        made(adviser, steps, {"kind": kind, **money})
    states = [data["state"] for name, data in legal.announced() if name == "award.changed"]
    assert states == ["awarded", "final", "advance", "part_paid", "paid"]
