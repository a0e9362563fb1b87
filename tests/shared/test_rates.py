"""Rate limits: the buckets, and which senders' client header is trusted."""

import pytest

from shared.http import rates
from shared.http.rates import AskedTooOften, Rate, TokenBuckets
from shared.http.server import client_of


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_purse_runs_out_says_when_to_come_back_and_fills_again() -> None:
    watch = Watch()
    purses = TokenBuckets(Rate.read("2/60"), watch)
    purses.take("a")
    purses.take("a")
    with pytest.raises(AskedTooOften) as refused:
        purses.take("a")
    assert refused.value.headers == {"Retry-After": "30"}
    watch.now = 30.0
    purses.take("a")
    with pytest.raises(AskedTooOften):
        purses.take("a")


def test_a_named_rate_limit_is_in_each_response_with_the_rest_and_the_reset() -> None:
    watch = Watch()
    purses = TokenBuckets(Rate.read("2/60"), watch, policy="agency")
    policy = {"RateLimit-Policy": '"agency";q=2;w=60'}
    assert purses.take("a") == {**policy, "RateLimit": '"agency";r=1;t=30'}
    assert purses.take("a") == {**policy, "RateLimit": '"agency";r=0;t=30'}
    watch.now = 15.0
    with pytest.raises(AskedTooOften) as refused:
        purses.take("a")
    assert refused.value.headers == {**policy, "RateLimit": '"agency";r=0;t=15', "Retry-After": "15"}
    assert TokenBuckets(None, policy="agency").take("a") == {}
    assert TokenBuckets(Rate.read("2/60")).take("a") == {}


def test_one_who_asks_too_often_takes_nothing_from_another() -> None:
    purses = TokenBuckets(Rate.read("1/60"))
    purses.take("a")
    with pytest.raises(AskedTooOften):
        purses.take("a")
    purses.take("b")


def test_asking_on_while_refused_does_not_lengthen_the_wait() -> None:
    watch = Watch()
    purses = TokenBuckets(Rate.read("1/10"), watch)
    purses.take("a")
    for watch.now in (2.0, 4.0, 6.0, 8.0):
        with pytest.raises(AskedTooOften):
            purses.take("a")
    watch.now = 10.0
    purses.take("a")


def test_memory_has_an_end_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_KEYS", 3)
    purses = TokenBuckets(Rate.read("1/60"))
    for each in range(100):
        purses.take(str(each))
    assert list(purses._kept) == ["97", "98", "99"]


@pytest.mark.parametrize("wrong", ["", "10", "0/60", "10/0", "-1/60", "10/nan", "10/inf", "ten/60"])
def test_a_rate_that_says_nothing_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Rate.read(wrong)


def test_off_is_without_end() -> None:
    purses = TokenBuckets(Rate.read("off"))
    for _ in range(10_000):
        purses.take("a")


@pytest.mark.parametrize(
    ("trusted", "said", "client"),
    [
        ("", "203.0.113.9", "10.0.0.1"),
        ("X-Forwarded-For", "203.0.113.9", "203.0.113.9"),
        ("X-Forwarded-For", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("X-Forwarded-For", "nonsense", "10.0.0.1"),
        ("X-Forwarded-For", "", "10.0.0.1"),
        ("X-Forwarded-For", "2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("X-Forwarded-For", "::ffff:203.0.113.9", "203.0.113.9"),
        ("X-Real-IP", "203.0.113.9", "10.0.0.1"),
    ],
)
def test_a_client_is_who_our_own_proxy_says(trusted: str, said: str, client: str) -> None:
    assert client_of({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": said}, trusted, "") == client
