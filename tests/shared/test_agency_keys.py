"""An agency key's text is recognisable, has a checksum and is unique. All keys of an agency share one caller queue."""

import hashlib
import json
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from shared.access import agency_keys, tokens
from shared.access.agency_keys import Presented
from shared.access.tokens import Principal, TokenRefused
from shared.http import agency_callers
from shared.http.agency_callers import AgencyCallers
from shared.http.callers import Callers, Turns
from shared.http.rates import Rates
from shared.store.database import Database

KEYS = json.dumps(tokens.public_set([tokens.new_key(tokens.STAFF)]))
ids = st.uuids()


@given(ids)
def test_a_key_says_its_id_and_is_stored_as_its_hash(key: UUID) -> None:
    text = agency_keys.make(key)
    presented = agency_keys.read(text)
    assert presented is not None
    assert (presented.id, presented.digest) == (key, hashlib.sha256(text.encode()).digest())
    assert agency_keys.PATTERN.search(f"a log line with {text}, and more") is not None
    assert text.rpartition("_")[2] not in repr(presented)


@given(ids)
def test_no_two_keys_have_a_secret_in_common(key: UUID) -> None:
    assert agency_keys.make(key) != agency_keys.make(key)


@given(ids, st.data())
def test_a_key_with_one_wrong_character_is_refused_by_its_checksum(key: UUID, data: st.DataObject) -> None:
    text = agency_keys.make(key)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda character: character != text[place]))
    assert agency_keys.read(text[:place] + other + text[place + 1 :]) is None


@given(st.text())
def test_what_is_no_key_is_none_and_nothing_breaks(text: str) -> None:
    assert agency_keys.read(text) is None
    assert agency_keys.read(f"cpk_{text}") is None
    assert agency_keys.in_header(text) is None or text.lower().startswith("bearer cpk_")


def test_a_secret_has_256_bits_of_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest and the largest 32-byte numbers are written with 43 characters and differ."""
    key, written = uuid4(), []
    for byte in (b"\x00", b"\xff"):
        monkeypatch.setattr(agency_keys.secrets, "token_bytes", lambda count, byte=byte: byte * count)
        written.append(agency_keys.make(key).rpartition("_")[2][:43])
    assert agency_keys.SECRET_BYTES == 32
    assert written[0] == "0" * 43
    assert len(set(written[1])) > 20


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("Bearer cpk_x", "cpk_x"),
        ("bearer cpk_x", "cpk_x"),
        ("Basic cpk_x", None),
        ("Bearer eyJ", None),
        ("cpk_x", None),
        ("", None),
        (None, None),
    ],
)
def test_a_key_stands_in_a_header_as_a_token_does(header: str | None, text: str | None) -> None:
    assert agency_keys.in_header(header) == text


# --- fair scheduling --------------------------------------------------------------------------------------------


class Store:
    """Stands for a database that is never queried."""

    def transaction(self) -> "Store":
        return self

    def __enter__(self) -> Session:
        return cast("Session", None)

    def __exit__(self, *_error: object) -> None:
        """Do nothing: no transaction was started."""


class Register:
    """Maps valid keys to their agencies."""

    def __init__(self) -> None:
        self.agencies: dict[UUID, UUID] = {}

    def make(self, agency: UUID) -> str:
        self.agencies[key := uuid4()] = agency
        return agency_keys.make(key)

    def check(self, _session: Session, presented: Presented, _address: Any, _now: datetime) -> Principal:
        if presented.id not in self.agencies:
            raise TokenRefused("key_is_unknown")
        return Principal(str(presented.id), frozenset(("agency",)), tokens.AGENCIES, agency=self.agencies[presented.id])


def knowing(register: Register) -> AgencyCallers:
    return AgencyCallers(register.check, cast("Database", Store()))


def caller(agencies: AgencyCallers, text: str, address: str) -> str:
    callers = Callers(tokens.Verifier(KEYS), Turns(1, 1), Rates(), agencies)
    return callers._caller({"REMOTE_ADDR": address, "HTTP_AUTHORIZATION": f"Bearer {text}"})


def test_an_agency_is_one_caller_for_rate_limits_with_all_keys_and_addresses() -> None:
    register = Register()
    agency, agencies = uuid4(), knowing(register)
    first, second, others = register.make(agency), register.make(agency), register.make(uuid4())
    assert caller(agencies, first, "192.0.2.1") == "192.0.2.1", "nobody has asked the register yet"
    for text in (first, second, others):
        agencies.verify(text, None)
    assert caller(agencies, first, "192.0.2.1") == caller(agencies, second, "192.0.2.2") == f"agency {agency}"
    assert caller(agencies, others, "192.0.2.1") != f"agency {agency}"


def test_who_has_a_key_that_counts_no_more_takes_nobodys_turn() -> None:
    register = Register()
    agencies, text = knowing(register), register.make(uuid4())
    agencies.verify(text, None)
    register.agencies.clear()
    with pytest.raises(TokenRefused):
        agencies.verify(text, None)
    assert caller(agencies, text, "192.0.2.1") == "192.0.2.1"


def test_of_the_keys_that_were_used_the_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agency_callers, "MOST_REMEMBERED", 3)
    register = Register()
    agencies, texts = knowing(register), [register.make(uuid4()) for _ in range(5)]
    for text in texts:
        agencies.verify(text, None)
    assert [caller(agencies, text, "192.0.2.1") == "192.0.2.1" for text in texts] == [True, True, False, False, False]
