"""Receive your agency's events from Casepath: follow the feed, verify webhooks, forward events to your own machine.

Import it and give your own handlers (kit.md), or run it to print each event:

    CASEPATH_KEY=cpk_… python casepath_agency.py follow http://127.0.0.1:8104 state.json
    CASEPATH_SECRET=whsec_… python casepath_agency.py receive 8500
    CASEPATH_KEY=cpk_… python casepath_agency.py listen --url http://127.0.0.1:8104 --forward http://localhost:3000

It needs Python 3.11 only. Signatures of the kind v1a also need the library `cryptography`.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

Event = dict[str, Any]
Epochs = list[list[Any]]  # of your stream, oldest first: [id, position after which it began]
OLDEST_SECONDS, WAIT_SECONDS, TIMEOUT_SECONDS, LONGEST_PAUSE = 300, 20, 40, 60
BEYOND_THE_HEAD, BUSY = 409, (408, 429)
OWN_HANDLERS = {
    "org.casepath.intake.consent.withdrawn": "withdrawn",
    "org.casepath.partners.subject.erased": "erased",
    "org.casepath.partners.position.emptied": "redacted",
}


class Stopped(Exception):
    """The follower cannot continue by itself. The message states why and what to do."""


class BadSignature(Exception):
    """The request is not from Casepath, or it is too old. Answer 401 and do not read its body."""


def start_over(after: int) -> None:
    """Report a restore."""
    print(f"Casepath was restored: reading again after {after}. Discard later events.", file=sys.stderr)


@dataclass(frozen=True, kw_only=True)
class Handlers:
    """What your system does. An event can arrive twice, with the same `id`. If a handler raises, the event is repeated.

    - `received(event)`: store the event. It receives every event that no other handler receives.
    - `withdrawn(event)`: the person withdrew a consent. Stop using the data that you received under it.
    - `erased(event)`: delete everything about the person `event["subject"]`.
    - `redacted(event)`: you may no longer see this event. Delete what you stored under `event["id"]`, if anything.
    - `renamed(before, now)`: the person `before` has the id `now` from here on.
    - `restored(after)`, optional: Casepath was restored from a backup. Discard the events after this position.
    """

    received: Callable[[Event], None]
    withdrawn: Callable[[Event], None]
    erased: Callable[[Event], None]
    redacted: Callable[[Event], None]
    renamed: Callable[[str, str], None]
    restored: Callable[[int], None] = start_over

    def __post_init__(self) -> None:
        """Raise `TypeError` if a handler is missing."""
        missing = [field.name for field in fields(self) if not callable(getattr(self, field.name))]
        if missing:
            raise TypeError(f"Give a function for each of these handlers: {', '.join(missing)}.")

    def handle(self, event: Event) -> None:
        """Pass an event to its handler."""
        name = OWN_HANDLERS.get(event["type"].rpartition(".v")[0], "received")
        getattr(self, name)(event)


class NoRedirects(HTTPRedirectHandler):
    """Follow no redirect: it would send your key to another server."""

    def redirect_request(self, *_args: Any) -> None:
        """Refuse."""


class Follower:
    """Reads your stream, in order, and keeps its position in a file (or in memory, without a file)."""

    def __init__(self, url: str, key: str, handlers: Handlers, state_file: Path | None) -> None:
        self.url, self.key, self.handlers, self.state_file = url.rstrip("/"), key, handlers, state_file
        self.position: int = 0
        self.epochs: Epochs = []
        if state_file is not None and state_file.exists():
            state = json.loads(state_file.read_text(encoding="utf-8"))
            self.position, self.epochs = state["position"], state["epochs"]

    def run(self) -> None:
        """Follow the stream until the process ends. Raises `Stopped`."""
        while True:
            self.read_page()

    def read_page(self) -> None:
        """Wait for new events, handle one page of them, and store the position after each. Raises `Stopped`."""
        headers, events = self.get(f"/v1/feed?after={self.position}&wait={WAIT_SECONDS}")
        if events is None:  # our position is beyond the head: ask where the stream is now
            headers, _ = self.get("/v1/feed?after=0&limit=1")
        epochs = epochs_of(headers)
        agreed = self.agreed(epochs, int(headers["Casepath-Head"]))
        if agreed < self.position:
            self.handlers.restored(agreed)
            events = []
        self.keep(agreed, epochs)
        for event in events or ():
            self.handlers.handle(event)
            self.keep(int(event["sequence"]), epochs)

    def agreed(self, epochs: Epochs, head: int) -> int:
        """Return the last position at which our state and the stream are the same."""
        is_renamed = bool(self.epochs) and not {each[0] for each in self.epochs} & {each[0] for each in epochs}
        if is_renamed and not self.rename():
            return 0  # another stream
        same = 0
        for ours, theirs in zip(self.epochs, epochs, strict=False):
            if not (ours == theirs or (is_renamed and ours[1] == theirs[1])):
                break
            same += 1
        return min([self.position, head, *(each[1] for each in self.epochs[same:] + epochs[same:])])

    def rename(self) -> bool:
        """Tell the handler each person's new id. Return whether there was any."""
        names, after = 0, ""
        while True:
            _, page = self.get(f"/v1/agency/renamed?limit=100{after}")
            for name in page["names"]:
                self.handlers.renamed(name["before"], name["now"])
                names += 1
            if page["next"] is None:
                return names > 0
            after = f"&after={page['next']}"

    def keep(self, position: int, epochs: Epochs) -> None:
        """Store how far we are, with an atomic write."""
        if (position, epochs) == (self.position, self.epochs):
            return
        self.position, self.epochs = position, epochs
        if self.state_file is not None:
            new = self.state_file.with_name(f"{self.state_file.name}.new")
            new.write_text(json.dumps({"position": position, "epochs": epochs}), encoding="utf-8")
            new.replace(self.state_file)

    def get(self, path: str) -> tuple[Mapping[str, str], Any]:
        """Return the headers and the body of a reply; retry as long as Casepath is busy or unavailable."""
        request = Request(f"{self.url}{path}", headers={"Authorization": f"Bearer {self.key}"})
        for pause in pauses():
            try:
                with build_opener(NoRedirects).open(request, timeout=TIMEOUT_SECONDS) as reply:
                    return reply.headers, json.load(reply)
            except HTTPError as refused:
                if refused.code == BEYOND_THE_HEAD:
                    return refused.headers, None
                seconds = self.pause_after(refused, pause)
            except (OSError, HTTPException, ValueError) as error:
                seconds = pause
                print(f"No answer ({error}); retrying in {seconds} s.", file=sys.stderr)
            time.sleep(seconds)
        raise AssertionError

    def pause_after(self, refused: HTTPError, pause: int) -> int:
        """Return the seconds until the next attempt. Raises `Stopped` if a repetition cannot help."""
        if refused.code in (401, 403):
            raise Stopped(
                f"Casepath refuses the key ({refused.code}): it is wrong, revoked, expired or without the scope "
                "`reading`, or your agreement does not apply today. Ask your administrator for a new key, then start "
                "again: your position is kept."
            )
        if refused.code < 500 and refused.code not in BUSY:  # noqa: PLR2004 - HTTP
            raise Stopped(f"Casepath refuses the request ({refused.code}). Check the address {self.url}.")
        asked = refused.headers.get("Retry-After", "")
        seconds = int(asked) if asked.isdecimal() else pause
        print(f"Casepath is busy or unavailable ({refused.code}); retrying in {seconds} s.", file=sys.stderr)
        return seconds


def pauses() -> Iterator[int]:
    """Yield the seconds between attempts: 1, 2, 4, … up to a minute."""
    return (min(2**attempt, LONGEST_PAUSE) for attempt in count())


def epochs_of(headers: Mapping[str, str]) -> Epochs:
    """Return the epochs of a reply: `<epoch>@<position>, …`."""
    parts = [each.strip().partition("@") for each in headers["Casepath-Epochs"].split(",") if each.strip()]
    return [[name, int(after)] for name, _, after in parts]


# --- webhooks ---------------------------------------------------------------------------------------------------------


def verify(headers: Mapping[str, str], body: bytes, keys: Iterable[str], now: float | None = None) -> Event:
    """Return the event of a webhook request. `keys`: your `whsec_…` and `whpk_…`. Raises `BadSignature`."""
    sent = {name.lower(): value for name, value in headers.items()}
    message, at = sent.get("webhook-id", ""), sent.get("webhook-timestamp", "")
    if not at.isdecimal() or abs((time.time() if now is None else now) - int(at)) > OLDEST_SECONDS:
        raise BadSignature
    signed = f"{message}.{at}.".encode() + body
    signatures = [each.partition(",") for each in sent.get("webhook-signature", "").split()]
    keys = list(keys)
    if not any(_is_signed_by(key, kind, value, signed) for key in keys for kind, _, value in signatures):
        raise BadSignature
    event: Event = json.loads(body)
    return event


def _is_signed_by(key: str, kind: str, value: str, signed: bytes) -> bool:
    prefix, _, encoded = key.partition("_")
    if (prefix, kind) == ("whsec", "v1"):
        return hmac.compare_digest(sign(key, signed), value.encode())
    return (prefix, kind) == ("whpk", "v1a") and _is_by_public_key(base64.b64decode(encoded), value, signed)


def sign(secret: str, signed: bytes) -> bytes:
    """Return the v1 signature of a text, in base64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256))


def _is_by_public_key(key: bytes, value: str, signed: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(value), signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def receiver(port: int, keys: Iterable[str], handlers: Handlers) -> ThreadingHTTPServer:
    """Return a server on this machine that verifies webhook requests and handles each event once."""
    keys, seen, one_at_a_time = list(keys), set(), threading.Lock()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            try:
                event = verify(dict(self.headers), body, keys)
            except BadSignature:
                self.send_error(401)
                return
            with one_at_a_time:
                # By type, too: the placeholder of a redacted event has the id of the event.
                if (event["id"], event["type"]) not in seen:
                    handlers.handle(event)
                    seen.add((event["id"], event["type"]))  # in your system: stored together with the event
            self.send_response(204)
            self.end_headers()

    return ThreadingHTTPServer(("127.0.0.1", port), Receiver)


# --- the program ------------------------------------------------------------------------------------------------------


def printed(kind: str) -> Callable[..., None]:
    """Return a handler that prints. Replace it with what your system does."""

    def handler(*what: Any) -> None:
        event = what[0] if isinstance(what[0], dict) else None
        shown = [event.get("sequence", "test"), event["type"], json.dumps(event)] if event else map(str, what)
        print(kind, *shown, flush=True)

    return handler


PRINTING = {name: printed(name) for name in ("received", "withdrawn", "erased", "redacted", "renamed")}


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(description="Receive your agency's events from Casepath.")
    commands = parser.add_subparsers(dest="command", required=True)
    follow = commands.add_parser("follow", help="print the events of the feed; key in CASEPATH_KEY")
    follow.add_argument("url", help="address of partners, for example http://127.0.0.1:8104")
    follow.add_argument("state", type=Path, help="file that keeps the position")
    receive = commands.add_parser("receive", help="print the events of a webhook; its keys in CASEPATH_SECRET")
    receive.add_argument("port", type=int, help="port on 127.0.0.1")
    forward = commands.add_parser("listen", help="post the events of the feed to a server on this machine")
    forward.add_argument("--key", default=os.environ.get("CASEPATH_KEY", ""), help="default: CASEPATH_KEY")
    forward.add_argument("--url", required=True, help="address of partners")
    forward.add_argument("--forward", required=True, help="address on this machine, for example http://localhost:3000")
    forward.add_argument("--secret", help="webhook secret (whsec_…) to sign with; default: a new one")
    forward.add_argument("--after", type=int, help="begin after this position; default: only new events")
    asked = parser.parse_args()
    try:
        run(asked)
    except Stopped as error:
        sys.exit(str(error))


def run(asked: argparse.Namespace) -> None:
    """Run a command until it is stopped."""
    if asked.command == "follow":
        Follower(asked.url, os.environ["CASEPATH_KEY"], Handlers(**PRINTING), asked.state).run()
    elif asked.command == "receive":
        receiver(asked.port, os.environ["CASEPATH_SECRET"].split(), Handlers(**PRINTING)).serve_forever()
    else:
        from casepath_listen import listen

        listen(asked.url, asked.key, asked.forward, asked.secret, asked.after)


if __name__ == "__main__":
    import casepath_agency

    casepath_agency.main()  # under its own name, as `casepath_listen` imports it
