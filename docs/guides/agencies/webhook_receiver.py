"""Receive an agency's events: SECRET=whsec_… python webhook_receiver.py 8500 (needs standardwebhooks)."""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

SEEN = set()


class Receiver(BaseHTTPRequestHandler):
    """Accept events with a valid signature."""

    def do_POST(self) -> None:
        """Answer 204 if the event is accepted or a duplicate."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = Webhook(os.environ["SECRET"]).verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            self.send_error(401)
            return
        if event["id"] not in SEEN:
            SEEN.add(event["id"])
            print(event.get("sequence", "test"), event["type"], flush=True)
        self.send_response(204)
        self.end_headers()


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
