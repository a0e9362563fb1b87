"""Read your queue with kombu: `AMQP_URI=amqps://… QUEUE=… python subscribe_kombu.py`. Explained in queue.md."""

import json
import os
import time
from pathlib import Path

from amqp import AMQPError
from joserfc import jwe, jwk
from kombu import Connection, Message, Queue
from kombu.utils.url import parse_url

uri, aside = os.environ["AMQP_URI"], Path(os.environ.get("ASIDE", "aside.jsonl"))
tls = {"server_hostname": parse_url(uri)["hostname"]} if uri.startswith("amqps://") else False

keys = jwk.KeySet([jwk.import_key(key) for key in json.loads(os.environ.get("JWKS", "[]"))])  # your private keys


def hear(message: Message) -> None:
    """Process an event, then acknowledge it."""
    is_encrypted = message.content_type == "application/jose"
    event = jwe.decrypt_compact(message.body, keys).plaintext if is_encrypted else message.body
    try:
        print(json.dumps(json.loads(event or b"")), flush=True)  # process the event here
    except (ValueError, KeyError):  # a message that your program cannot process, now or later
        with aside.open("ab") as file:
            file.write(bytes(message.body) + b"\n")
    message.ack()


queue = Queue(os.environ["QUEUE"], no_declare=True)
while True:
    try:
        with (
            Connection(uri, ssl=tls, heartbeat=60) as connection,
            connection.Consumer(queue, on_message=hear, prefetch_count=50),
        ):
            while True:
                try:
                    connection.drain_events(timeout=20)
                except TimeoutError:
                    connection.heartbeat_check()
    except (AMQPError, OSError) as error:
        print(f"Away ({type(error).__name__}); coming again.", flush=True)
    time.sleep(2)  # also if the queue was emptied: the feed has its events
