"""Settings that refer to other parties are read once at the start. Invalid settings are named in the error."""

from uuid import uuid4

import pytest

from services import PORTS
from shared.access.agencies import id_of_authority
from shared.runtime.settings import load
from shared.runtime.variables import SettingRefused
from tests.kit.issuer import Issuer

REST = {
    f"CASEPATH_{name}": "x"
    for name in ("AMQP_URI", "DATABASE_URL", "SIGNING_KEY", "KEYS_DATABASE_URL", "KEY_RING", "KEY_SET", "SUBJECT_KEY")
}


def test_a_service_is_told_of_its_providers_or_that_there_are_none() -> None:
    issuer = Issuer()
    assert load("intake", PORTS, REST).providers == ()
    assert load("intake", PORTS, {**REST, "CASEPATH_PROVIDERS": "# none\n"}).providers == ()
    [provider] = load("intake", PORTS, {**REST, "CASEPATH_PROVIDERS": issuer.declared()}).providers
    assert provider.issuer == issuer.address


def test_providers_that_can_not_be_used_keep_a_service_from_starting_and_are_named() -> None:
    with pytest.raises(SettingRefused, match=r"CASEPATH_PROVIDERS.*provider 1.*audience"):
        load("intake", PORTS, {**REST, "CASEPATH_PROVIDERS": '[[provider]]\nissuer = "https://login.example.org"\n'})


def test_the_agency_that_alerts_go_up_to_is_named_by_its_id_or_its_authoritys_code() -> None:
    agency = uuid4()

    def read(named: str) -> object:
        return load("support", PORTS, {**REST, "CASEPATH_ALERTS_AGENCY": named}).alerts_agency

    assert load("support", PORTS, REST).alerts_agency is None
    assert read("") is None, "as docker compose passes on what is not set"
    assert read(str(agency)) == agency
    assert read("NL.COMENSHA") == id_of_authority("NL.COMENSHA")
    with pytest.raises(SettingRefused, match="CASEPATH_ALERTS_AGENCY"):
        read("NL.COMENSHAA")
