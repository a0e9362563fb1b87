"""When a key is valid, from which addresses, and which routes a restricted key opens: examples and generated values."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.partners.agencies.key import rules
from services.partners.agencies.key.rules import Key
from shared.access.agencies import ACTIVE, STATES
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import codes

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
A_DAY = timedelta(days=1)
A_YEAR = timedelta(days=rules.LONGEST_DAYS)

addresses = st.ip_addresses()
networks = st.one_of(
    st.builds(
        lambda address, bits: ip_network((address, bits), strict=False), st.ip_addresses(v=4), st.integers(0, 32)
    ),
    st.builds(
        lambda address, bits: ip_network((address, bits), strict=False), st.ip_addresses(v=6), st.integers(0, 128)
    ),
).map(str)
keys = st.builds(
    lambda until, successor, revoked: a_key(until=NOW + until, successor=successor, revoked_at=revoked),
    st.timedeltas(-A_YEAR, A_YEAR),
    st.one_of(st.none(), st.uuids()),
    st.one_of(st.none(), st.just(NOW)),
)


def a_key(**different: Any) -> Key:
    """A key created today, valid for a year from every address."""
    whole = {"id": uuid4(), "agency": uuid4(), "scopes": ("reading",), "networks": (), "made_at": NOW}
    return Key(**{**whole, "until": NOW + A_YEAR, **different})


def refused_new(key: Key, *others: Key, state: str = ACTIVE, maker: Key | None = None) -> str:
    with pytest.raises((StepForbidden, FactRefused)) as refused:
        rules.check_new(key, others, state, maker, NOW)
    return str(getattr(refused.value, "rule", ""))


# --- when -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "state"),
    [
        (a_key(), "valid"),
        (a_key(until=NOW + 30 * A_DAY + timedelta(seconds=1)), "valid"),
        (a_key(until=NOW + 30 * A_DAY), "ends_soon"),
        (a_key(successor=uuid4()), "replaced"),
        (a_key(successor=uuid4(), until=NOW), "over"),
        (a_key(until=NOW), "over"),
        (a_key(revoked_at=NOW), "revoked"),
        (a_key(revoked_at=NOW, until=NOW - A_DAY), "revoked"),
    ],
)
def test_what_a_key_is_follows_from_the_hour(key: Key, state: str) -> None:
    assert rules.state_of(key, NOW) == state
    assert state in codes("agency_key_state")


@given(keys, st.one_of(st.sampled_from(STATES), st.none()), addresses)
def test_a_key_opens_something_only_while_nothing_stands_against_it(
    key: Key, agency: str | None, address: rules.Address
) -> None:
    is_open = rules.why_refused(key, agency, address, NOW) is None
    assert is_open == (key.revoked_at is None and key.until > NOW and agency == ACTIVE)


@given(keys, st.timedeltas(timedelta(0), A_YEAR))
def test_what_counts_no_more_never_counts_again(key: Key, later: timedelta) -> None:
    assert rules.counts(key, NOW) or not rules.counts(key, NOW + later)


@given(keys, st.integers(0, rules.LONGEST_OVERLAP_DAYS))
def test_an_overlap_never_lengthens_a_key(key: Key, days: int) -> None:
    end = rules.overlap_end(key, days, NOW)
    assert end <= key.until
    assert end <= NOW + days * A_DAY


# --- from where -----------------------------------------------------------------------------------------------------


@given(st.lists(networks, max_size=5), addresses)
def test_a_bound_key_counts_in_its_networks_alone(bound: list[str], address: rules.Address) -> None:
    inside = any(address in ip_network(network) for network in bound)
    assert rules.is_within(address, bound) == (inside or not bound)
    assert rules.is_within(None, bound) == (not bound)


@pytest.mark.promise("SEC-50")
@given(st.lists(networks, min_size=1, max_size=4), st.lists(networks, max_size=4), addresses)
def test_nothing_that_a_bound_key_makes_counts_where_it_does_not(
    own: list[str], asked: list[str], address: rules.Address
) -> None:
    made, maker = a_key(networks=tuple(asked)), a_key(networks=tuple(own))
    try:
        rules.check_new(made, (), ACTIVE, maker, NOW)
    except FactRefused:
        return
    assert rules.is_within(address, own) or not rules.is_within(address, made.networks)


@pytest.mark.parametrize(
    ("text", "network"),
    [("192.0.2.10", "192.0.2.10/32"), ("2001:DB8::/48", "2001:db8::/48"), ("2001:db8::1", "2001:db8::1/128")],
)
def test_an_address_is_the_network_of_itself(text: str, network: str) -> None:
    assert rules.read_networks([text, text]) == (network,)


@pytest.mark.parametrize(
    "text", ["", "x", "192.0.2.1/24", "192.0.2.0/33", "0x7f000001", "192.0.2.010", "fe80::1%eth0/x"]
)
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(FactRefused):
        rules.read_networks([text])


@given(st.lists(addresses.map(str), max_size=5))
def test_networks_have_one_form_and_one_order(texts: list[str]) -> None:
    assert rules.read_networks(texts) == rules.read_networks(reversed([*texts, *texts]))


# --- which ----------------------------------------------------------------------------------------------------------


def test_a_number_of_keys_is_enough_and_those_that_count_no_more_are_not_counted() -> None:
    full = [a_key() for _ in range(rules.MOST_VALID)]
    assert refused_new(a_key(), *full) == "too_many_keys"
    rules.check_new(a_key(), [*full[1:], a_key(revoked_at=NOW), a_key(until=NOW)], ACTIVE, None, NOW)


def test_no_key_is_made_for_who_has_ended_and_one_for_who_is_suspended() -> None:
    assert refused_new(a_key(), state="ended") == "agency_has_ended"
    rules.check_new(a_key(), (), "suspended", None, NOW)


@pytest.mark.parametrize("key", [a_key(successor=uuid4()), a_key(until=NOW), a_key(revoked_at=NOW)])
def test_only_a_key_that_counts_has_a_successor_and_only_one(key: Key) -> None:
    with pytest.raises(StepForbidden):
        rules.check_rotation(key, NOW)
    rules.check_rotation(a_key(), NOW)
    rules.check_rotation(a_key(until=NOW + A_DAY), NOW)


def test_an_address_of_the_other_family_lies_in_no_network() -> None:
    assert not rules.is_within(IPv4Address("192.0.2.1"), ["::/0"])
    assert not rules.is_within(IPv6Address("2001:db8::1"), ["0.0.0.0/0"])
