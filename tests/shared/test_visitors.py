"""The network of a public site's visitor: `web-public` states it with a proof, and it counts as one client."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.access.visitors import IN_ENVIRON, header
from shared.http.server import client_of

SECRET, OTHER = "s" * 32, "o" * 32
WEB_PUBLIC = "172.18.0.9"
ADDRESSES = st.ip_addresses().map(str)


def client(value: str | None, secret: str = SECRET) -> str:
    environ = {"REMOTE_ADDR": WEB_PUBLIC} | ({} if value is None else {IN_ENVIRON: value})
    return client_of(environ, "", secret)


@given(ADDRESSES)
@pytest.mark.hazard("H-PUBLIC-5", control="visitor-is-proved")
def test_a_visitor_counts_as_one_client_and_their_address_is_not_in_the_header(address: str) -> None:
    value = header(SECRET, address)
    assert client(value) == client(header(SECRET, address)) != WEB_PUBLIC
    assert address not in value


@given(ADDRESSES, ADDRESSES)
def test_two_ipv4_addresses_are_two_clients_and_a_household_of_ipv6_is_one(one: str, other: str) -> None:
    if "." in one and "." in other and ":" not in one + other:
        assert (client(header(SECRET, one)) == client(header(SECRET, other))) == (one == other)
    of_one_household = ("2001:db8:12:3400::1", "2001:db8:12:34ff:ffff::7")
    assert len({client(header(SECRET, address)) for address in of_one_household}) == 1
    assert client(header(SECRET, "2001:db8:12:3500::1")) != client(header(SECRET, of_one_household[0]))
    assert client(header(SECRET, "::ffff:192.0.2.7")) == client(header(SECRET, "192.0.2.7"))


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        ".",
        header(OTHER, "192.0.2.7"),
        header(SECRET, "192.0.2.7").partition(".")[0],
        header(SECRET, "192.0.2.7") + "A",
        "x" * 5_000,
        "é.é",
    ],
)
@pytest.mark.hazard("H-PUBLIC-5", control="visitor-is-proved")
def test_a_header_without_a_proof_is_not_believed(value: str | None) -> None:
    assert client(value) == WEB_PUBLIC


def test_without_a_secret_no_header_is_believed() -> None:
    assert client(header("", "192.0.2.7"), secret="") == WEB_PUBLIC
