"""An agency registers addresses whose DNS lookups hang: other agencies, and its own row, are not blocked."""

import threading
from collections.abc import Iterator

import pytest

from deploy.cli import servers
from shared.outbound import OUTBOUND, Guard, Outbound, Outlets, believing, lookups
from tests.kit.agency_queues import Agency, AgencyBroker, Streams, agency_broker
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.silent_names import SilentNames
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
SILENT, KNOWN = {"url": "https://silent.example/hook"}, {"url": "https://known.example/hook"}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgencyBroker]:
    with agency_broker(tmp_path_factory.mktemp("agencies")) as opened:
        yield opened


@pytest.fixture
def names() -> Iterator[SilentNames]:
    silent = SilentNames()
    yield silent
    silent.answers.set()


@pytest.fixture
def partners(
    postgres: servers.PostgresServer, names: SilentNames, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Harness]:
    # The lookup is still in progress while a test checks, however slow the machine is.
    monkeypatch.setattr(lookups, "SECONDS", 120.0)
    with harness("partners", postgres) as opened:
        opened.move_clock(Agency.AGREED_AT)
        opened.database.provide(OUTBOUND, Outbound(Guard(Outlets(), names.resolve), believing("")))
        yield opened


@pytest.fixture
def operator(partners: Harness) -> Client:
    return partners.staff("operator")


@pytest.mark.hazard("H-AGENCY-3", control="names-before-the-transaction")
@pytest.mark.hazard("H-AGENCY-3", control="lane-per-queue")
def test_while_one_agencys_registration_hangs_queues_are_filled_and_others_register(
    broker: AgencyBroker, partners: Harness, operator: Client, names: SilentNames
) -> None:
    streams, silent, other = Streams(), Agency(partners, operator), Agency(partners, operator)
    assert silent.id < other.id, "the lane comes to it first"
    statuses: list[int] = []
    with broker.asking(partners.database), broker.lane(partners.database, streams):
        registering = threading.Thread(
            target=lambda: statuses.append(operator.ask("POST", f"{silent.path}/webhooks", SILENT).status_code)
        )
        registering.start()
        wait_until(lambda: names.asked == 1, "the registration waits for the resolver")

        for agency in (silent, other):
            streams.add(agency.id, 3)
        wait_until(lambda: other.shown()["sequence"] == 3, "the other agency's queue is filled")
        wait_until(lambda: silent.shown()["sequence"] == 3, "and so is its own")
        operator.told("POST", f"{other.path}/webhooks", KNOWN, 201)
        operator.told("POST", f"{silent.path}/suspension", {"reason": "safeguarding_concern"})

        assert statuses == [], "the resolver is waited for still"
        names.answers.set()
        registering.join()
    assert statuses == [201]


@pytest.mark.hazard("H-AGENCY-3", control="lane-per-queue")
def test_a_queue_whose_row_a_request_has_locked_is_passed_over(
    broker: AgencyBroker, partners: Harness, operator: Client
) -> None:
    from services.partners.channels.broker_queue.models import BrokerQueue

    streams, locked, other = Streams(), Agency(partners, operator), Agency(partners, operator)
    for agency in (locked, other):
        streams.add(agency.id, 3)
    with broker.asking(partners.database), partners.database.transaction() as session:
        session.get(BrokerQueue, locked.id, with_for_update=True)
        with broker.lane(partners.database, streams):
            wait_until(lambda: other.shown()["sequence"] == 3, "the other agency's queue is filled")
            assert locked.shown()["sequence"] is None
            session.rollback()
            wait_until(lambda: locked.shown()["sequence"] == 3, "its turn has come")


def test_a_change_of_the_address_asks_the_resolver_before_anything_is_locked(
    partners: Harness, operator: Client, names: SilentNames
) -> None:
    agency = Agency(partners, operator)
    path = f"{agency.path}/webhooks"
    webhook = f"{path}/{operator.told('POST', path, KNOWN, 201)['id']}"
    version = operator.ask("GET", webhook).headers["ETag"]
    changing = threading.Thread(target=operator.ask, args=("PATCH", webhook, SILENT), kwargs={"If_Match": version})
    changing.start()
    wait_until(lambda: names.asked == 2, "the change waits for the resolver")
    operator.told("PATCH", webhook, {"is_paused": True}, If_Match=version)
    names.answers.set()
    changing.join()
    shown = operator.told("GET", webhook)
    assert (shown["state"], shown["url"]) == ("paused", KNOWN["url"]), "what was read is another version by now"


def test_who_may_not_register_has_no_name_looked_up(partners: Harness, operator: Client, names: SilentNames) -> None:
    agency = Agency(partners, operator)
    stranger = partners.staff("supervisor")
    assert stranger.ask("POST", f"{agency.path}/webhooks", KNOWN).status_code == 403
    assert names.asked == 0
