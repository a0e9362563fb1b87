"""No request is sent to an internal address, in any spelling, under any name, or after a change of the name."""

import socket
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.outbound.addresses import is_outer
from shared.outbound.guard import Guard, Outlets, Route, TargetRefused, resolve

#: Spellings of hosts that some parsers read as an internal address, and hosts that we refuse to interpret.
INNER_HOSTS = [
    # loopback and "this host", plain
    *("127.0.0.1", "127.0.0.53", "127.255.255.254", "0.0.0.0", "0.1.2.3", "[::1]", "[::]"),  # noqa: S104 - nothing is bound
    # private, shared, link-local, metadata
    *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.255.255"),
    *("169.254.0.1", "169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
    # protocol assignments, documentation, benchmarking, relay anycast, multicast, reserved, broadcast
    *("192.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.88.99.1"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    # legacy spellings of IPv4: one number, octal, hexadecimal, fewer parts, leading zeros, mixed
    *("2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "0", "0x0"),
    *("127.00.00.01", "0x7F.1", "0300.0250.1.1", "10.1", "3232235777", "192.168.257", "127.0.0.1.", "0xa9fea9fe"),
    *("00000177.0.0.1", "127.0.0.0x1", "1.2.3.4.5", "256.0.0.1", "0x"),
    # IPv4 carried inside IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:a00:1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]"),
    *("[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::8.8.8.8]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]"),
    *("[2002:a00:1::1]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[::ffff:8.8.8.8]"),
    # IPv6: site-local, link-local, with a zone, multicast, documentation, discard, segment routing, metadata
    *("[fc00::1]", "[fd12:3456:789a::1]", "[fe80::1]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[fec0::1]"),
    *("[ff02::1]", "[ff0e::1]", "[2001:db8::1]", "[3fff::1]", "[100::1]", "[5f00::1]", "[fd00:ec2::254]"),
    *("[2001:2::1]", "[2001:10::1]", "[::1%251]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[1::2::3]", "[v1.fe]"),
    # names, escapes, digits and dots of other scripts, blanks, users, backslashes
    *("localhost", "LOCALHOST", "localhost.", "intranet", "%6c%6f%63alhost", "127%2e0%2e0%2e1", "①②⑦.⓪.⓪.①"),
    *("１２７.０.０.１", "127。0。0。1", "127．0．0．1", "ⓛocalhost"),  # noqa: RUF001 - they are what is tested
    *("a..b", "-a.example", "a.example.", "..", "[127.0.0.1]"),
    *("127.0.0.1\\@partner.example", "partner.example@127.0.0.1", "u:p@127.0.0.1", "partner.example\\.127.0.0.1"),
    *(" 127.0.0.1", "127.0.0.1\t", "127.0.0.1\r\nX: y", "partner.example#@127.0.0.1", "partner.example?@127.0.0.1\\"),
    *("127.0.0.1%00.partner.example", "127.0.0.1\0", "", "%00"),
]
OUTER_HOSTS = [
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.1",
    "172.32.0.1",
    "[2a00:1450:4001::1]",
    "[2606:4700::1]",
]


class Names:
    """A resolver that returns the given answers, one after another."""

    def __init__(self, *answers: Sequence[str] | OSError) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OSError):
            raise answer
        return answer


def system(host: str, port: int) -> Sequence[str]:
    """Resolve numeric hosts as the system's resolver does, including odd spellings, without a network request."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        return ["93.184.215.14"]  # any other host is a name with a public address
    return [str(entry[4][0]) for entry in found]


def refused(url: str, guard: Guard) -> str:
    with pytest.raises(TargetRefused) as caught:
        guard.route(url)
    return caught.value.reason


def test_there_are_many_forms() -> None:
    assert len(set(INNER_HOSTS)) >= 100


@pytest.mark.parametrize("host", INNER_HOSTS)
def test_an_inner_address_is_refused_in_each_of_its_forms(host: str) -> None:
    assert refused(f"https://{host}/hook", Guard(resolve=system))


@pytest.mark.parametrize("host", INNER_HOSTS)
def test_an_allowed_network_elsewhere_changes_nothing_about_it(host: str) -> None:
    outlets = Outlets.read("10.99.0.0/16 fd99::/16", "443", "")
    assert refused(f"https://{host}/hook", Guard(outlets, system))


@pytest.mark.parametrize("host", OUTER_HOSTS)
def test_an_outer_address_is_passed_on_as_it_is(host: str) -> None:
    route = Guard(resolve=system).route(f"https://{host}/hook?a=b")
    assert [str(address) for address in route.addresses] == [host.strip("[]")]
    assert (route.target.port, route.target.resource) == (443, "/hook?a=b")


def named(*answers: Sequence[str] | OSError) -> tuple[Guard, Names]:
    names = Names(*answers)
    return Guard(resolve=names), names


def test_a_name_is_passed_on_with_the_addresses_that_were_checked() -> None:
    guard, names = named(["8.8.8.8", "2606:4700::1"])
    route = guard.route("https://Partner.example:443/hook")
    assert isinstance(route, Route)
    assert route.target.host == "partner.example"
    assert [str(address) for address in route.addresses] == ["8.8.8.8", "2606:4700::1"]
    assert names.asked == [("partner.example", 443)]


@pytest.mark.parametrize(
    "addresses",
    [
        *(["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["8.8.8.8", "8.8.4.4", "1.1.1.1", "10.0.0.1"], ["8.8.8.8", "::1"]),
        *(["fe80::1%eth0"], ["::ffff:10.0.0.1"], ["8.8.8.8", "169.254.169.254"], ["64:ff9b::a00:1"]),
    ],
)
def test_one_inner_address_of_a_name_is_enough_to_refuse_it(addresses: list[str]) -> None:
    assert refused("https://partner.example/", named(addresses)[0]) == "address_is_inner"


@pytest.mark.parametrize("answer", [socket.gaierror(), TimeoutError(), OSError(), [], ["no address"], ["8.8.8.8", ""]])
def test_a_name_that_nobody_can_say_for_sure_is_refused(answer: Sequence[str] | OSError) -> None:
    assert refused("https://partner.example/", named(answer)[0]) == "name_unknown"


def test_a_name_that_points_inside_a_moment_later_is_refused_then() -> None:
    guard, _ = named(["8.8.8.8"], ["127.0.0.1"])
    assert guard.route("https://partner.example/").addresses
    assert refused("https://partner.example/", guard) == "address_is_inner"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://partner.example/", "not_https"),
        ("ftp://partner.example/", "url_unreadable"),
        ("file:///etc/passwd", "url_unreadable"),
        ("gopher://partner.example/", "url_unreadable"),
        ("//partner.example/", "url_unreadable"),
        ("HTTPS://partner.example/", "url_unreadable"),
        ("https:partner.example", "url_unreadable"),
        ("https://user@partner.example/", "url_has_user"),
        ("https://user:word@partner.example/", "url_has_user"),
        ("https://partner.example:8443/", "port_not_allowed"),
        ("https://partner.example:22/", "port_not_allowed"),
        ("https://partner.example:0/", "port_not_allowed"),
        ("https://partner.example:99999/", "port_not_allowed"),
        ("https://partner.example:/", "url_unreadable"),
        ("https://partner.example/#part", "url_unreadable"),
        ("https://partner.example/a b", "url_unreadable"),
        ("https://partner.example/\r\nHost: inner", "url_unreadable"),
        ("https://münchen.example/", "url_unreadable"),
        ("https://partner.example/" + "a" * 2000, "url_unreadable"),
    ],
)
def test_what_can_be_read_in_two_ways_or_is_no_https_is_refused(url: str, reason: str) -> None:
    assert refused(url, named(["8.8.8.8"])[0]) == reason


def test_a_name_in_another_script_is_written_in_its_ascii_form() -> None:
    assert named(["8.8.8.8"])[0].route("https://xn--mnchen-3ya.example/").target.host == "xn--mnchen-3ya.example"


def test_operators_open_networks_ports_and_hosts_and_nothing_beside_them() -> None:
    guard = Guard(Outlets.read("10.20.0.0/16", "443 8000-8001", "10.20.0.9"), system)
    assert guard.route("https://10.20.3.4/").addresses
    assert guard.route("https://10.20.3.4:8001/").addresses
    assert guard.route("http://10.20.0.9:8000/").addresses
    assert refused("http://10.20.3.4:8000/", guard) == "not_https"
    assert refused("https://10.20.3.4:8002/", guard) == "port_not_allowed"
    assert refused("https://10.21.0.1/", guard) == "address_is_inner"
    assert refused("http://10.20.0.9/", guard) == "port_not_allowed"
    assert refused("https://[::ffff:10.20.3.4]/", guard) == "address_is_inner"


def test_no_network_that_is_opened_opens_the_metadata_of_a_cloud() -> None:
    guard = Guard(Outlets.read("169.254.0.0/16 fd00::/8 100.64.0.0/10", "443", ""), system)
    assert guard.route("https://169.254.7.7/").addresses
    for host in ("169.254.169.254", "[fd00:ec2::254]", "100.100.100.200"):
        assert refused(f"https://{host}/", guard) == "address_is_inner"


@pytest.mark.parametrize("networks", ["10.0.0.1/8", "10.0.0.0/33", "name", "10.0.0.0/8,127.0.0.0/8"])
def test_a_network_that_can_t_be_read_is_an_error(networks: str) -> None:
    with pytest.raises(ValueError, match=r"network|address|bits"):
        Outlets.read(networks, "443", "")


def test_outlets_to_the_machine_itself_are_seen() -> None:
    own = [("127.0.0.0/8", ""), ("0.0.0.0/0", ""), ("::/0", ""), ("fe80::/16", ""), ("", "127.0.0.1")]
    assert all(Outlets.read(networks, "443", hosts).is_open_to_itself for networks, hosts in own)
    assert not Outlets.read("10.0.0.0/8 fd00::/8", "443", "").is_open_to_itself


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_outer(address: object) -> None:
    from ipaddress import IPv4Address, IPv6Address

    assert isinstance(address, (IPv4Address, IPv6Address))
    if is_outer(address):
        assert address.is_global
        properties = ("is_multicast", "is_private", "is_loopback", "is_link_local")
        assert not any(getattr(address, name) for name in properties)


def test_the_system_s_resolver_is_asked_for_all_addresses() -> None:
    assert "127.0.0.1" in resolve("localhost", 443)
