"""Read your queue with pika: `AMQP_URI=amqps://… QUEUE=… python subscribe_pika.py`. Explained in queue.md."""

import json
import os
import time
from pathlib import Path

import pika
from joserfc import jwe, jwk
from pika.exceptions import AMQPError

aside = Path(os.environ.get("ASIDE", "aside.jsonl"))
keys = jwk.KeySet([jwk.import_key(key) for key in json.loads(os.environ.get("JWKS", "[]"))])  # your private keys
while True:
    try:
        with pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URI"])) as connection:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=50)
            for delivery, properties, body in channel.consume(os.environ["QUEUE"]):
                is_encrypted = properties.content_type == "application/jose"
                event = jwe.decrypt_compact(body, keys).plaintext if is_encrypted else body
                try:
                    print(json.dumps(json.loads(event or b"")), flush=True)  # process the event here
                except (ValueError, KeyError):  # a message that your program cannot process, now or later
                    with aside.open("ab") as file:
                        file.write(body + b"\n")
                channel.basic_ack(delivery.delivery_tag)
    except (AMQPError, OSError) as error:
        print(f"Away ({type(error).__name__}); coming again.", flush=True)
    time.sleep(2)  # also if the queue was emptied: the feed has its events
