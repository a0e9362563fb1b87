"""The end of access takes effect while receivers keep deliveries open.

It does not wait, and does not block other agencies.
"""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from deploy.cli import servers
from services.partners.channels.delivery.actions.loop import Deliveries
from shared.outbound import posting
from tests.kit.agency_queues import AgencyBroker, agency_broker
from tests.kit.harness import harness
from tests.kit.loops import running
from tests.kit.queue_readers import Reader
from tests.kit.receivers import Receiver, Trickling, receiving, trickling
from tests.kit.told_agencies import Told, ToldAgency
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
CLOSED = {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []}
REOPENED = {"reason": "new_information", "reopened_on": "2026-03-02"}
EMPTIED, GRANTED = "partners.position.emptied", "intake.consent.granted"
WITHDRAWN = "intake.consent.withdrawn"
#: The maximum number of endpoints of an agency.
WEBHOOKS = 10
#: Locks on streams, and transactions that wait for their client, in this database.
HELD = """
    select (select count(*) from pg_locks as lock join pg_database as mine on mine.oid = lock.database
            where mine.datname = current_database() and lock.locktype = 'advisory' and lock.classid = 5077) as locks,
        (select count(*) from pg_stat_activity
            where datname = current_database() and state like 'idle in transaction%') as transactions
"""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgencyBroker]:
    with agency_broker(tmp_path_factory.mktemp("agencies")) as opened:
        yield opened


@pytest.fixture
def told(postgres: servers.PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    # No delivery times out while a test checks, however slow the machine is.
    monkeypatch.setattr(posting, "TOTAL_SECONDS", 120.0)
    with harness("partners", postgres) as partners:
        yield Told(partners)


@pytest.fixture
def trickler() -> Iterator[Trickling]:
    with trickling() as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


def sending(told: Told) -> Deliveries:
    """Return the loop, with a time a little ahead of any request."""
    return Deliveries(told.partners.database, lambda: datetime.now(UTC) + timedelta(minutes=1))


def register(told: Told, agency: ToldAgency, url: str, count: int = 1) -> None:
    for _ in range(count):
        told.operator.told("POST", f"/v1/agencies/{agency.id}/webhooks", {"url": url, "after": 0}, 201)


def names(bodies: list[bytes]) -> list[str]:
    return [str(json.loads(body)["type"]).removeprefix("org.casepath.").rpartition(".v")[0] for body in bodies]


def posted(receiver: Receiver) -> list[str]:
    return names([each.body for each in receiver.sent])


@pytest.mark.hazard("H-AGENCY-1", control="no-outside-byte-in-a-transaction")
def test_while_a_receiver_keeps_a_delivery_open_no_lock_and_no_transaction_is_held(
    told: Told, trickler: Trickling
) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    register(told, shelter, trickler.url, WEBHOOKS)
    with running(sending(told)):
        wait_until(lambda: trickler.in_hand == WEBHOOKS, "all deliveries are open")
        held = told.partners.database.ask(HELD)
        still_open = trickler.in_hand
        trickler.ends.set()
    assert (held["locks"], held["transactions"], still_open) == (0, 0, WEBHOOKS)


@pytest.mark.hazard("H-AGENCY-1", control="endings-never-wait")
def test_a_withdrawal_takes_effect_while_ten_slow_receivers_of_the_agency_respond(
    told: Told, broker: AgencyBroker, trickler: Trickling, receiver: Receiver
) -> None:
    shelter, union = told.agency(), told.agency()
    case, another = told.case(), told.case()
    consent, others = told.consent(case, shelter), told.consent(another, union)
    told.hear(case, "case.closed", CLOSED)
    told.hear(case, "case.reopened", REOPENED)
    register(told, shelter, trickler.url, WEBHOOKS)
    register(told, union, receiver.url)
    with broker.asking(told.partners.database), broker.lane(told.partners.database), running(sending(told)):
        reader = Reader(told, shelter, broker)
        reader.wait_for(3)
        wait_until(lambda: trickler.in_hand == WEBHOOKS, "all deliveries are open")

        told.withdraw(case, shelter, consent)
        assert shelter.types() == [EMPTIED, EMPTIED, EMPTIED, WITHDRAWN]
        wait_until(lambda: not reader.waits(), "what waited in the queue is gone")
        reader.wait_for(4)
        assert set(names(reader.read())) <= {WITHDRAWN}

        told.hear(another, "case.closed", CLOSED)
        wait_until(lambda: posted(receiver) == [GRANTED, "intake.case.closed"], "another agency is sent its events")
        told.withdraw(another, union, others)
        assert union.types() == [EMPTIED, EMPTIED, WITHDRAWN]
        wait_until(lambda: posted(receiver)[2:] == [WITHDRAWN], "and of the next ending")

        assert (trickler.in_hand, trickler.over) == (WEBHOOKS, 0), "the receivers keep all deliveries open still"
        trickler.ends.set()
        wait_until(lambda: len(trickler.bodies) == 4 * WEBHOOKS, "the webhooks get the rest")
    # The request in progress, and no personal data after it.
    assert sorted(names(trickler.bodies)) == sorted([GRANTED, EMPTIED, EMPTIED, WITHDRAWN] * WEBHOOKS)


@pytest.mark.parametrize("ending", ["suspension of the agency", "suspension of the agreement"])
def test_a_suspension_waits_for_no_receiver_and_stops_what_was_decided(
    told: Told, trickler: Trickling, ending: str
) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    register(told, shelter, trickler.url)
    path = f"/v1/agencies/{shelter.id}"
    with running(sending(told)):
        wait_until(lambda: trickler.in_hand == 1, "a delivery is open, and another event was decided with it")
        if ending == "suspension of the agency":
            told.operator.told("POST", f"{path}/suspension", {"reason": "safeguarding_concern"})
        else:
            [agreement] = told.officer.ask("GET", f"{path}/agreements").get_json()["agreements"]
            told.operator.told("POST", f"{path}/agreements/{agreement['id']}/suspension", {"reason": "data_breach"})
        assert (trickler.in_hand, trickler.over) == (1, 0)
        trickler.ends.set()
        [webhook] = told.operator.told("GET", f"{path}/webhooks")["webhooks"]
        wait_until(
            lambda: told.operator.told("GET", f"{path}/webhooks/{webhook['id']}")["position"] == 1, "it is taken"
        )
    assert names(trickler.bodies) == [GRANTED]


@pytest.mark.hazard("H-AGENCY-1", control="endings-never-wait")
def test_an_ending_meets_a_lane_between_two_events_and_the_second_is_decided_again(
    told: Told, receiver: Receiver
) -> None:
    """The receiver responds at once, so that one batch contains both events."""
    shelter, case = told.agency(), told.case()
    consent = told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    ended = threading.Event()
    answer = receiver.reply

    def while_the_first_is_in_hand(sent: object) -> object:
        if not ended.is_set():
            told.withdraw(case, shelter, consent)
            ended.set()
        return answer(sent)  # type: ignore[arg-type]

    receiver.reply = while_the_first_is_in_hand  # type: ignore[assignment]
    register(told, shelter, receiver.url)
    with running(sending(told)):
        wait_until(lambda: len(receiver.sent) == 3, "all is sent")
    assert posted(receiver) == [GRANTED, EMPTIED, WITHDRAWN]


@pytest.mark.hazard("H-AGENCY-1", control="turns-per-agency")
def test_each_agency_has_a_lane_however_many_receivers_of_others_trickle(
    told: Told, trickler: Trickling, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.partners.channels.delivery.actions.loop.MOST_LANES", WEBHOOKS)
    shelter, union, case = told.agency(), told.agency(), told.case()
    told.consent(case, shelter)
    register(told, shelter, trickler.url, WEBHOOKS)
    with running(sending(told)):
        wait_until(lambda: trickler.in_hand == WEBHOOKS, "there is no more room")
        register(told, union, receiver.url)
        told.consent(case, union)
        wait_until(lambda: posted(receiver) == [GRANTED], "another agency is sent its events")
        assert (trickler.in_hand, trickler.over) == (WEBHOOKS, 0)
        trickler.ends.set()


def test_what_an_agency_wanted_changed_stops_what_was_decided(told: Told, trickler: Trickling) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    register(told, shelter, trickler.url)
    path = f"/v1/agencies/{shelter.id}/webhooks"
    webhook = UUID(told.operator.told("GET", path)["webhooks"][0]["id"])
    with running(sending(told)):
        wait_until(lambda: trickler.in_hand == 1, "a delivery is open")
        version = told.operator.ask("GET", f"{path}/{webhook}").headers["ETag"]
        told.operator.told("PATCH", f"{path}/{webhook}", {"is_paused": True}, If_Match=version)
        trickler.ends.set()
        wait_until(lambda: trickler.over == 1, "it is over")
    assert names(trickler.bodies) == [GRANTED]
