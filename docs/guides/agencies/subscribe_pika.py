"""Read your queue with pika: `AMQP_URI=amqps://… QUEUE=… python subscribe_pika.py`. Explained in queue.md."""

import json
import os
import time

import pika
from pika.exceptions import AMQPError

while True:
    try:
        with pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URI"])) as connection:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=50)
            for delivery, _, body in channel.consume(os.environ["QUEUE"]):
                print(json.dumps(json.loads(body)), flush=True)  # process the event here
                channel.basic_ack(delivery.delivery_tag)
    except (AMQPError, OSError) as error:
        print(f"Away ({type(error).__name__}); coming again.", flush=True)
    time.sleep(2)  # also if the queue was emptied: the feed has its events
