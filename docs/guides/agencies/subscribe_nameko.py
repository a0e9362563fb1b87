"""Read your queue with nameko: `AMQP_URI=amqps://… QUEUE=… python subscribe_nameko.py`. Explained in queue.md."""

import json
import os

import eventlet

eventlet.monkey_patch()  # before other imports, as in nameko's own command
from kombu import Queue, serialization  # noqa: E402
from nameko.messaging import consume  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

serialization.register("cloudevents", json.dumps, json.loads, "application/cloudevents+json", "utf-8")


class Subscriber:
    """Hears of what its agency may be told."""

    name = "subscriber"

    @consume(Queue(os.environ["QUEUE"], no_declare=True), requeue_on_error=True)
    def hear(self, event: dict[str, object]) -> None:
        """Do something with an event; it comes again if that fails."""
        print(json.dumps(event), flush=True)  # process the event here


runner = ServiceRunner({"AMQP_URI": os.environ["AMQP_URI"], "serializer": "cloudevents", "max_workers": 1})
runner.add_service(Subscriber)
runner.start()
runner.wait()
