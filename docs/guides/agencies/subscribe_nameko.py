"""Read your queue with nameko: `AMQP_URI=… QUEUE=… JWK=… python subscribe_nameko.py`. Explained in queue.md."""

import json
import os

import eventlet

eventlet.monkey_patch()  # before other imports, as in nameko's own command
from joserfc import jwe, jwk  # noqa: E402
from kombu import Queue, serialization  # noqa: E402
from nameko.messaging import consume  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

serialization.register("cloudevents", json.dumps, json.loads, "application/cloudevents+json", "utf-8")
key = jwk.import_key(json.loads(os.environ["JWK"])) if "JWK" in os.environ else None
read = lambda body: json.loads(jwe.decrypt_compact(body, key).plaintext)  # noqa: E731
serialization.register("encrypted", json.dumps, read, "application/jose", "utf-8")


class Subscriber:
    """Hears of what its agency may be told."""

    name = "subscriber"

    @consume(Queue(os.environ["QUEUE"], no_declare=True), requeue_on_error=True)
    def hear(self, event: dict[str, object]) -> None:
        """Do something with an event; it comes again if that fails."""
        print(json.dumps(event), flush=True)  # process the event here


accepted = {"serializer": "cloudevents", "ACCEPT": ["cloudevents", "encrypted"]}
runner = ServiceRunner({"AMQP_URI": os.environ["AMQP_URI"], **accepted, "max_workers": 1})
runner.add_service(Subscriber)
runner.start()
runner.wait()
