"""Read your queue with nameko: `AMQP_URI=amqps://… QUEUE=… python subscribe_nameko.py`. Explained in queue.md."""

import json
import os
from pathlib import Path

import eventlet

eventlet.monkey_patch()  # before other imports, as in nameko's own command
from joserfc import jwe, jwk  # noqa: E402
from kombu import Queue, serialization  # noqa: E402
from kombu.utils.url import parse_url  # noqa: E402
from nameko.messaging import consume  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

uri, aside = os.environ["AMQP_URI"], Path(os.environ.get("ASIDE", "aside.jsonl"))
keys = jwk.KeySet([jwk.import_key(key) for key in json.loads(os.environ.get("JWKS", "[]"))])  # your private keys
# As bytes: a message that is no JSON then reaches `hear`, and does not stop the service.
serialization.register("encrypted", bytes, bytes, "application/jose", "binary")
serialization.register("cloudevents", bytes, bytes, "application/cloudevents+json", "binary")


class Subscriber:
    """Receives the events of its agency."""

    name = "subscriber"

    @consume(Queue(os.environ["QUEUE"], no_declare=True), requeue_on_error=True)
    def hear(self, body: bytes) -> None:
        """Process an event. If this raises another error, the message is redelivered immediately."""
        event = jwe.decrypt_compact(body, keys).plaintext if body.startswith(b"eyJ") else body
        try:
            print(json.dumps(json.loads(event or b"")), flush=True)  # process the event here
        except (ValueError, KeyError):  # a message that your program cannot process, now or later
            with aside.open("ab") as file:
                file.write(body + b"\n")


config = {"AMQP_URI": uri, "serializer": "cloudevents", "ACCEPT": ["cloudevents", "encrypted"]}
config["max_workers"] = 1  # one at a time, so in order
if uri.startswith("amqps://"):
    config["AMQP_SSL"] = {"server_hostname": parse_url(uri)["hostname"]}  # verifies the certificate and its name
runner = ServiceRunner(config)
runner.add_service(Subscriber)
runner.start()
runner.wait()
