"""Read your queue with pika: `AMQP_URI=… QUEUE=… JWK=… python subscribe_pika.py`. Explained in queue.md."""

import json
import os
import time

import pika
from joserfc import jwe, jwk
from pika.exceptions import AMQPError

key = jwk.import_key(json.loads(os.environ["JWK"])) if "JWK" in os.environ else None  # your private key
while True:
    try:
        with pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URI"])) as connection:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=50)
            for delivery, properties, body in channel.consume(os.environ["QUEUE"]):
                is_encrypted = properties.content_type == "application/jose"
                event = jwe.decrypt_compact(body, key).plaintext if is_encrypted else body
                print(json.dumps(json.loads(event or b"")), flush=True)  # process the event here
                channel.basic_ack(delivery.delivery_tag)
    except (AMQPError, OSError) as error:
        print(f"Away ({type(error).__name__}); coming again.", flush=True)
    time.sleep(2)  # also if the queue was emptied: the feed has its events
