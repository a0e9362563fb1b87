"""The receivers' kit against hand-made feeds and requests: each language's file behaves alike."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from shared.outbound import signatures
from tests.kit import agency_kit
from tests.kit.agency_kit import (
    ERASED,
    KIT,
    LANGUAGES,
    RECEIVED,
    REDACTED,
    WITHDRAWN,
    Feed,
    event,
    following,
    receiving,
    serving_feed,
)
from tests.kit.waiting import wait_until

#: They start interpreters and wait for them, which is too slow beside other stages.
pytestmark = pytest.mark.integration
EVERY_KIND = [RECEIVED, WITHDRAWN, REDACTED, ERASED]
HANDLED = [("received", 1), ("withdrawn", 2), ("redacted", 3), ("erased", 4)]

in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def feed() -> Iterator[Feed]:
    with serving_feed(Feed([event(at, kind) for at, kind in enumerate(EVERY_KIND, 1)])) as served:
        yield served


@in_every_language
def test_each_event_goes_to_its_handler_in_order(language: str, feed: Feed, tmp_path: Path) -> None:
    with following(language, feed.url, tmp_path) as program:
        program.wait_for(HANDLED)
        feed.events.append(event(5, "org.casepath.intake.type_of_tomorrow.v7"))
        program.wait_for([*HANDLED, ("received", 5)])
    assert [json.loads(line[3]) for line in program.lines()] == feed.events


@in_every_language
def test_a_restart_continues_after_the_last_event(language: str, feed: Feed, tmp_path: Path) -> None:
    for _ in range(2):
        with following(language, feed.url, tmp_path) as program:
            program.wait_for(HANDLED)
            wait_until(lambda: feed.asked[-1].startswith("/v1/feed?after=4&"), "it waits for the next event")
    feed.events.append(event(5))
    with following(language, feed.url, tmp_path) as program:
        program.wait_for([*HANDLED, ("received", 5)])
    assert len(program.handled()) == 5


@pytest.mark.parametrize("status", [401, 403])
@in_every_language
def test_a_refused_key_stops_it_and_keeps_its_position(language: str, status: int, feed: Feed, tmp_path: Path) -> None:
    with following(language, feed.url, tmp_path) as program:
        program.wait_for(HANDLED)
        feed.first = [(status, {})]
        code, message = program.ended()
    assert code == 1
    assert str(status) in message
    assert "Traceback" not in message
    feed.events.append(event(5))
    with following(language, feed.url, tmp_path) as program:
        program.wait_for([*HANDLED, ("received", 5)])


@in_every_language
def test_a_redirect_gets_no_key(language: str, feed: Feed, tmp_path: Path) -> None:
    with serving_feed(Feed()) as other:
        feed.first = [(302, {"Location": other.url})]
        with following(language, feed.url, tmp_path) as program:
            assert program.ended()[0] == 1
    assert other.asked == []


@in_every_language
def test_it_retries_while_casepath_is_busy_or_away(language: str, feed: Feed, tmp_path: Path) -> None:
    feed.first = [(503, {"Retry-After": "0"}), (429, {"Retry-After": "0"}), (500, {})]
    with following(language, feed.url, tmp_path) as program:
        program.wait_for(HANDLED)
    assert [path.partition("&")[0] for path in feed.asked[:4]] == ["/v1/feed?after=0"] * 4


@pytest.mark.parametrize(
    ("before", "now", "goes_back_to"),
    [
        ("a@0", "a@0, b@4", None),
        ("a@0", "a@0, b@9", None),
        ("a@0", "a@0, b@2", 2),
        ("a@0", "a@0, b@3, c@1", 1),
        ("a@0, b@3", "a@0", 3),
        ("a@0, b@3", "a@0, c@4", 3),
        ("a@0", "z@0", 0),
    ],
)
@in_every_language
def test_a_new_epoch_makes_it_read_again_what_was_lost(
    language: str, before: str, now: str, goes_back_to: int | None, feed: Feed, tmp_path: Path
) -> None:
    feed.epochs = before
    with following(language, feed.url, tmp_path) as program:
        program.wait_for(HANDLED)
    feed.epochs = now
    feed.events.append(event(5))
    with following(language, feed.url, tmp_path) as program:
        again = HANDLED[4 if goes_back_to is None else goes_back_to :]
        program.wait_for([*HANDLED, *again, ("received", 5)])
    assert (program.errors.read_text() != "") == (goes_back_to is not None)


@pytest.mark.parametrize("refuses", [True, False])
@in_every_language
def test_a_position_beyond_the_head_goes_back_to_it(language: str, refuses: bool, feed: Feed, tmp_path: Path) -> None:
    feed.refuses_beyond = refuses
    with following(language, feed.url, tmp_path) as program:
        program.wait_for(HANDLED)
    last = feed.events.pop()
    with following(language, feed.url, tmp_path) as program:
        wait_until(lambda: "/v1/feed?after=3&" in feed.asked[-1], "it is at the head")
        feed.events.append(last)
        program.wait_for([*HANDLED, ("erased", 4)])


@in_every_language
def test_new_ids_reach_the_handler_before_the_next_event(language: str, feed: Feed, tmp_path: Path) -> None:
    with following(language, feed.url, tmp_path) as program:
        program.wait_for(HANDLED)
    feed.epochs = "new-name-of-a@0"
    feed.names = [{"before": f"before-{each}", "now": f"now-{each}"} for each in range(3)]
    feed.events.append(event(5))
    with following(language, feed.url, tmp_path) as program:
        program.wait_for([*HANDLED, ("received", 5)])
        wait_until(lambda: feed.asked[-1].startswith("/v1/feed?after=5&"), "it waits for the next event")
    renamed = [["renamed", each["before"], each["now"]] for each in feed.names]
    assert [line[:3] for line in program.lines()][4:7] == renamed
    asked = len([path for path in feed.asked if re.match("/v1/agency/renamed", path)])
    with following(language, feed.url, tmp_path):
        wait_until(lambda: len(feed.asked) > asked + 1 and "after=5" in feed.asked[-1], "it continues")
    assert len([path for path in feed.asked if re.match("/v1/agency/renamed", path)]) == asked == 3


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    return requests.post(url, body, headers=headers, timeout=10).status_code


@in_every_language
def test_a_receiver_handles_each_signed_event_once(language: str, tmp_path: Path) -> None:
    secrets = [signatures.new_secret(kind) for kind in ("v1", "v1a")]
    keys = " ".join(map(signatures.shown, secrets))
    bodies = [json.dumps(event(at, kind)).encode() for at, kind in enumerate(EVERY_KIND, 1)]
    now = int(time.time())
    with receiving(language, tmp_path, keys) as (program, url):
        for body, secret in zip(bodies, [*secrets, *secrets], strict=True):
            # The first signature is that of a key which is rotated out.
            signed = signatures.headers([signatures.new_secret("v1"), secret], json.loads(body)["id"], now, body)
            assert [post(url, body, signed) for _ in range(2)] == [204, 204]
        program.wait_for(HANDLED)
    assert len(program.handled()) == 4


@pytest.mark.parametrize("kind", ["v1", "v1a"])
@in_every_language
def test_a_receiver_refuses_forged_changed_and_old_requests(language: str, kind: str, tmp_path: Path) -> None:
    secret, body, now = signatures.new_secret(kind), json.dumps(event(1)).encode(), int(time.time())
    good = signatures.headers([secret], "an-id", now, body)
    forged = signatures.headers([signatures.new_secret(kind)], "an-id", now, body)
    old = signatures.headers([secret], "an-id", now - 900, body)
    later = signatures.headers([secret], "an-id", now + 900, body)
    other_kind = {**good, "webhook-signature": f"v2,{good['webhook-signature'].partition(',')[2]}"}
    broken = {**good, "webhook-signature": f"{kind},no base64 {kind} {kind},"}
    with receiving(language, tmp_path, signatures.shown(secret)) as (program, url):
        for headers in (forged, old, later, other_kind, broken, {**good, "webhook-id": "other"}, {}):
            assert post(url, body, headers) == 401, headers
        assert post(url, body.replace(b"closed", b"opened"), good) == 401
        assert program.lines() == []
        assert post(url, body, good) == 204
        program.wait_for([("received", 1)])


# --- broken receivers -------------------------------------------------------------------------------------------

PATIENCE = 4


def with_feed(check: Callable[..., None], **more: object) -> Callable[[str, Path], None]:
    """Return a check with a fresh feed of one event of each kind."""

    def checked(language: str, folder: Path) -> None:
        feed = Feed([event(at, kind) for at, kind in enumerate(EVERY_KIND, 1)])
        with serving_feed(feed):
            check(language, feed=feed, tmp_path=folder, **more)

    return checked


#: What is broken: the line of the kit, what stands there instead, and the check that must fail.
BROKEN: dict[str, tuple[str, str, Callable[[str, Path], None]]] = {
    "accepts forged requests": (
        "return hmac.compare_digest(sign(key, signed), value.encode())",
        "return True",
        lambda language, folder: test_a_receiver_refuses_forged_changed_and_old_requests(language, "v1", folder),
    ),
    "handles duplicates": (
        'if (event["id"], event["type"]) not in seen:',
        "if True:",
        test_a_receiver_handles_each_signed_event_once,
    ),
    "forgets its position": (
        "new.replace(self.state_file)",
        "pass",
        with_feed(test_a_restart_continues_after_the_last_event),
    ),
    "ignores a restore": (
        "return min([self.position, head, *(each[1] for each in self.epochs[same:] + epochs[same:])])",
        "return self.position",
        with_feed(test_a_new_epoch_makes_it_read_again_what_was_lost, before="a@0", now="a@0, b@2", goes_back_to=2),
    ),
    "repeats a refused key": (
        "if refused.code in (401, 403):",
        "if refused.code in (401, 403):\n            return 1\n        if refused.code in (401, 403):",
        with_feed(test_a_refused_key_stops_it_and_keeps_its_position, status=401),
    ),
    "stores an erasure like any event": (
        '"org.casepath.partners.subject.erased": "erased",',
        "",
        with_feed(test_each_event_goes_to_its_handler_in_order),
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_receiver_fails_the_check_for_it(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line, instead, check = BROKEN[what]
    source = (KIT / "casepath_agency.py").read_text(encoding="utf-8")
    assert source.count(line) == 1
    file = tmp_path / "casepath_agency.py"
    file.write_text(source.replace(line, instead), encoding="utf-8")
    monkeypatch.setitem(agency_kit.LANGUAGES, what, [sys.executable, str(file)])
    monkeypatch.setattr(agency_kit, "PATIENCE", PATIENCE)
    with pytest.raises((AssertionError, subprocess.TimeoutExpired)):
        check(what, tmp_path)
