"""The Python package of the receivers' kit: it is built without a network, and `listen` posts to this machine only."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from standardwebhooks import Webhook

import shared
from tests.kit.agency_kit import ERASED, KIT, RECEIVED, REDACTED, WITHDRAWN, Feed, command, event, running, serving_feed
from tests.kit.receivers import Replying, Sent, receiving
from tests.kit.waiting import wait_until

#: They start interpreters and wait for them, which is too slow beside other stages.
pytestmark = pytest.mark.integration
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HANDLERS = ("received", "withdrawn", "erased", "redacted", "renamed")
PROGRAM = "import sys, casepath_agency as c; c.Handlers(**{name: print for name in sys.argv[1:]})"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the package is installed, built from the kit without a network."""
    folder = tmp_path_factory.mktemp("package")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-index", "-w", str(folder), str(KIT)], check=True)
    [wheel] = folder.glob("casepath_agency-*.whl")
    subprocess.run([*pip, "install", "--no-index", "--target", str(folder / "site"), str(wheel)], check=True)
    return folder / "site"


@pytest.mark.parametrize("missing", HANDLERS)
def test_the_package_refuses_to_start_without_one_of_the_handlers(package: Path, missing: str) -> None:
    given = [name for name in HANDLERS if name != missing]
    whole, without = (
        subprocess.run(
            [sys.executable, "-c", PROGRAM, *names], cwd=package, capture_output=True, text=True, check=False
        )
        for names in (HANDLERS, given)
    )
    assert whole.returncode == 0, whole.stderr
    assert "TypeError" in without.stderr
    assert missing in without.stderr


def test_the_package_has_the_version_of_the_release() -> None:
    project = tomllib.loads((KIT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == shared.__version__


def listening(feed: Feed, url: str, *more: str) -> list[str]:
    words = [*command("python"), "listen", "--key", "cpk_fictitious", "--url", feed.url, "--forward", url]
    return [*words, "--secret", SECRET, *more]


def test_listen_posts_every_event_in_order_signed_like_a_webhook(tmp_path: Path) -> None:
    kinds = [RECEIVED, WITHDRAWN, REDACTED, ERASED]
    stream = Feed([event(at, kind) for at, kind in enumerate(kinds, 1)])
    with (
        serving_feed(stream) as feed,
        receiving() as receiver,
        running(listening(feed, receiver.url, "--after", "0"), tmp_path),
    ):
        wait_until(lambda: len(receiver.sent) == 4, "all are posted")
    verified = [
        Webhook(SECRET).verify(sent.body, {n.lower(): v for n, v in sent.headers.items()}) for sent in receiver.sent
    ]
    assert verified == feed.events
    assert receiver.sent[0].headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"


def test_listen_begins_with_new_events_and_repeats_one_until_it_is_accepted(tmp_path: Path) -> None:
    with serving_feed(Feed([event(1), event(2)])) as feed, receiving() as receiver:
        receiver.reply = lambda _sent: Replying(500 if len(receiver.sent) == 1 else 204)
        with running(listening(feed, receiver.url), tmp_path):
            wait_until(lambda: any(path.startswith("/v1/feed?after=2&") for path in feed.asked), "it waits at the head")
            feed.events += [event(3), event(4)]
            wait_until(lambda: len(receiver.sent) == 3, "all are posted")
    assert [sequence(sent) for sent in receiver.sent] == [3, 3, 4]


def sequence(sent: Sent) -> int:
    return int(json.loads(sent.body)["sequence"])


def test_listen_posts_to_no_other_machine(tmp_path: Path) -> None:
    with (
        serving_feed(Feed([event(1)])) as feed,
        running(listening(feed, "http://192.0.2.7:3000", "--after", "0"), tmp_path) as program,
    ):
        assert program.ended()[0] == 1
    assert feed.asked == []


def test_listen_stops_when_the_key_is_refused(tmp_path: Path) -> None:
    with (
        serving_feed(Feed(first=[(401, {})])) as feed,
        receiving() as receiver,
        running(listening(feed, receiver.url), tmp_path) as program,
    ):
        code, message = program.ended()
    assert (code, "401" in message, "Traceback" in message) == (1, True, False)
