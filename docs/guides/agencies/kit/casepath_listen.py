"""Post your stream to a server on your own machine while you develop it: `python casepath_agency.py listen`."""

import base64
import json
import secrets
import time
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import casepath_agency


class Forwarder:
    """Posts events to a server on this machine, signed like a webhook. An event is repeated until it is accepted."""

    def __init__(self, url: str, secret: str) -> None:
        # Events can be about real people: they are posted to no other machine.
        if urlsplit(url).hostname not in ("localhost", "127.0.0.1", "::1"):
            raise casepath_agency.Stopped(f"Give an address on this machine, such as http://localhost:3000, not {url}.")
        self.url, self.secret = url, secret

    def post(self, event: casepath_agency.Event) -> None:
        """Post an event until it is accepted."""
        for pause in casepath_agency.pauses():
            answer = self.attempt(event)
            print(event["sequence"], event["type"], answer, flush=True)
            if answer.startswith("2"):
                return
            time.sleep(pause)

    def attempt(self, event: casepath_agency.Event) -> str:
        """Post an event once; return the status or the error."""
        body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
        at = str(int(time.time()))
        signature = casepath_agency.sign(self.secret, f"{event['id']}.{at}.".encode() + body).decode()
        headers = {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "webhook-id": event["id"],
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{signature}",
        }
        opener = build_opener(casepath_agency.NoRedirects, ProxyHandler({}))
        try:
            with opener.open(Request(self.url, body, headers), timeout=15) as reply:
                return str(reply.status)
        except HTTPError as refused:
            return str(refused.code)
        except (OSError, HTTPException) as error:
            return str(error)


def listen(url: str, key: str, forward: str, secret: str | None, after: int | None) -> None:
    """Post new events to this machine, or all events after a position. Raises `Stopped`."""
    secret = secret or f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    forwarder = Forwarder(forward, secret)
    post = forwarder.post
    handlers = casepath_agency.Handlers(
        received=post, withdrawn=post, erased=post, redacted=post, renamed=casepath_agency.printed("renamed")
    )
    follower = casepath_agency.Follower(url, key, handlers, None)
    headers, _ = follower.get("/v1/feed?after=0&limit=1")
    follower.keep(int(headers["Casepath-Head"]) if after is None else after, casepath_agency.epochs_of(headers))
    print(f"Forwarding events after {follower.position} to {forward}. Verify them with {secret}", flush=True)
    follower.run()
