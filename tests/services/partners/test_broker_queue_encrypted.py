"""Messages for an agency with a registered key are encrypted; the broker's files hold nothing readable of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import amqp
import pytest
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from deploy.cli import servers
from tests.kit.agency_queues import Agency, AgencyBroker, Streams, agency_broker, taken, turn
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.queue_readers import Reader
from tests.kit.told_agencies import NOW, Told
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
AGREED: Final = {"purposes": ["police_investigation"], "data_categories": ["account"]}
DETECTED: Final[dict[str, Any]] = {
    "jurisdiction": "NL",
    "indicators": ["isolation"],
    "strength": "strong",
    "exploitation_types": ["OrganRemoval"],
    "means_of_control": [],
    "sectors": [],
    "detector": "ngo",
    "earliest_incident_on": None,
    "work_ended_on": None,
    "detected_on": "2026-03-02",
}
TYPE: Final = b"OrganRemoval"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgencyBroker]:
    with agency_broker(tmp_path_factory.mktemp("agencies")) as running:
        yield running


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as found:
        found.move_clock(NOW)
        yield found


@pytest.fixture
def agency(partners: Harness) -> Agency:
    return Agency(partners, partners.staff("operator"))


@pytest.fixture
def streams(agency: Agency) -> Streams:
    found = Streams()
    found.add(agency.id, 2)
    return found


def okp(kid: str = "2026-12") -> OKPKey:
    return OKPKey.generate_key("X25519", {"kid": kid})


def ec() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "2026-12"})


def public(key: OKPKey | ECKey) -> dict[str, Any]:
    return dict(key.as_dict(private=False))


def register(agency: Agency, key: OKPKey | ECKey, by: Client | None = None, status: int = 200) -> None:
    (by or agency.operator).told("POST", f"{agency.path}/broker-queue/encryption-key", public(key), status)


def administrator(partners: Harness, agency: Agency) -> Client:
    _id, secret = agency.make_key(scopes=["administering"])
    return Client(partners.door, token=secret, service=partners.service_class, registered=False)


def filled(broker: AgencyBroker, partners: Harness, streams: Streams, agency: Agency) -> list[amqp.Message]:
    """Fill the agency's queue, and read it."""
    with broker.queues() as queues:
        turn(partners.database, queues, streams, agency.id)
    with broker.asking(partners.database):
        connection = broker.signed_in(agency.user, agency.key)
        messages = taken(connection, agency.queue)
        connection.collect()
    return messages


@pytest.mark.hazard("H-AGENCY-23", control="encrypted-to-the-agency")
@pytest.mark.parametrize("of_kind", [okp, ec], ids=["X25519", "P-256"])
def test_only_the_agency_s_key_reads_a_message(
    of_kind: Callable[[], OKPKey | ECKey], broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams
) -> None:
    key = of_kind()
    register(agency, key)
    assert agency.shown()["encryption_kid"] == "2026-12"
    messages = filled(broker, partners, streams, agency)
    assert [jwe.decrypt_compact(bytes(each.body), key).plaintext for each in messages] == [
        streams.document(agency.id, each) for each in (1, 2)
    ]
    with pytest.raises(JoseError):
        jwe.decrypt_compact(bytes(messages[0].body), of_kind())
    assert messages[0].headers == {"cloudEvents_sequence": f"{1:020}"}
    readable = {name for name, value in messages[0].properties.items() if value}
    assert readable == {"content_type", "delivery_mode", "message_id", "application_headers"}
    assert messages[0].properties["content_type"] == "application/jose"
    header = jwe.decrypt_compact(bytes(messages[0].body), key).protected
    assert header.keys() == {"alg", "enc", "kid", "epk"}


@pytest.mark.hazard("H-AGENCY-23", control="encrypted-to-the-agency")
@pytest.mark.hazard("H-AGENCY-23", control="sent-again-encrypted")
def test_a_first_key_deletes_what_waits_in_clear(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams
) -> None:
    key = okp()
    with broker.lane(partners.database, streams), broker.asking(partners.database):
        wait_until(lambda: agency.shown()["sequence"] == 2, "they are confirmed in clear")
        register(agency, key)
        wait_until(lambda: agency.shown()["sequence"] == 2, "they are confirmed again")
        connection = broker.signed_in(agency.user, agency.key)
        messages = taken(connection, agency.queue)
        connection.collect()
    assert [jwe.decrypt_compact(bytes(each.body), key).plaintext for each in messages] == [
        streams.document(agency.id, each) for each in (1, 2)
    ]


def test_a_new_key_applies_from_then_on(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams
) -> None:
    first, second = okp("first"), okp("second")
    register(agency, first)
    with broker.lane(partners.database, streams):
        wait_until(lambda: agency.shown()["sequence"] == 2, "the first are confirmed")
        register(agency, second, administrator(partners, agency))
        streams.add(agency.id)
        wait_until(lambda: agency.shown()["sequence"] == 3, "the next is confirmed")
    with broker.asking(partners.database):
        connection = broker.signed_in(agency.user, agency.key)
        *before, last = taken(connection, agency.queue)
        connection.collect()
    assert [jwe.decrypt_compact(bytes(each.body), first).protected["kid"] for each in before] == ["first"] * 2
    assert jwe.decrypt_compact(bytes(last.body), second).protected["kid"] == "second"


def test_a_private_key_and_one_that_encrypts_nothing_are_refused(agency: Agency) -> None:
    path, key = f"{agency.path}/broker-queue/encryption-key", public(okp())
    for wrong in (
        {**okp().as_dict(private=True)},
        {**key, "crv": "P-256"},
        {**key, "kty": "EC", "crv": "P-256"},
        {**key, "kty": "EC", "crv": "P-256", "y": key["x"]},
        {**key, "x": "A" * 43},
        {**key, "x": "short"},
        {**key, "kid": ""},
        {**key, "use": "sig"},
    ):
        agency.operator.told("POST", path, wrong, 422)
    assert agency.shown()["encryption_kid"] is None


def test_an_agency_registers_its_own_key_and_no_other_s(partners: Harness, agency: Agency) -> None:
    other = Agency(partners, agency.operator)
    own = administrator(partners, agency)
    own.told("POST", f"{agency.path}/broker-queue/encryption-key", public(okp()))
    own.told("POST", f"{other.path}/broker-queue/encryption-key", public(okp()), 404)
    assert (agency.shown()["encryption_kid"], other.shown()["encryption_kid"]) == ("2026-12", None)


@pytest.mark.hazard("H-AGENCY-23", control="only-the-agency-replaces")
def test_an_operator_registers_a_first_key_and_replaces_none(partners: Harness, agency: Agency) -> None:
    register(agency, okp("first"))
    register(agency, okp("other"), status=409)
    assert agency.shown()["encryption_kid"] == "first"
    register(agency, okp("second"), administrator(partners, agency))
    assert agency.shown()["encryption_kid"] == "second"


@pytest.mark.promise("SEC-130")
@pytest.mark.hazard("H-AGENCY-23", control="encrypted-to-the-agency")
def test_the_broker_s_files_name_no_exploitation_after_an_erasure(broker: AgencyBroker, partners: Harness) -> None:
    told, key = Told(partners), okp()
    with broker.asking(partners.database), broker.lane(partners.database):
        reader, in_clear = (Reader(told, told.agency(agreed=AGREED), broker) for _ in range(2))
        told.operator.told("POST", f"{reader.path}/encryption-key", public(key))
        case = detected(told, reader)
        [_granted, event] = [jwe.decrypt_compact(each, key).plaintext for each in reader.read()]
        assert TYPE in (event or b"")
        told.hear(case, "erasure.ordered", {"request": str(uuid4()), "reason": "person_asked"})
        wait_until(lambda: not reader.waits(), "its queue was emptied")
        assert files_with(TYPE, broker.server.directory) == set()
        detected(told, in_clear)
        assert files_with(TYPE, broker.server.directory) != set(), "these are the files that hold messages"


def detected(told: Told, reader: Reader) -> UUID:
    """Record a detection of a person who consented to the agency, and wait until it is in the agency's queue."""
    case = told.case()
    told.consent(case, reader.agency, purposes=["police_investigation"], data_categories=["account"])
    told.hear(case, "detection.recorded", DETECTED)
    reader.wait_for(2)
    return case


def files_with(word: bytes, folder: Path) -> set[str]:
    return {place.name for place in folder.rglob("*") if place.is_file() and word in place.read_bytes()}
