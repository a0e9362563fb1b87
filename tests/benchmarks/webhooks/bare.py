"""The plain loop: signs and posts the same bytes to the same receivers, one after another, and stores nothing.

Arguments: agencies with commas, their ports with commas, events of each. Prints the elapsed seconds.
"""

import http.client
import sys
import time
from uuid import UUID

from shared.outbound import signatures
from tests.kit.streams import HandMadeStreams


def main() -> None:
    agencies, ports, count = sys.argv[1].split(","), sys.argv[2].split(","), int(sys.argv[3])
    streams, secret = HandMadeStreams(), signatures.new_secret("v1")
    for agency in agencies:
        streams.tell(agency, count)
    connections = [http.client.HTTPConnection("127.0.0.1", int(port)) for port in ports]
    began = time.perf_counter()
    for place in range(count):
        for agency, connection in zip(agencies, connections, strict=True):
            item = streams.told[UUID(agency)][place]
            headers = signatures.headers([secret], str(item.id), int(time.time()), item.document)
            connection.request(
                "POST", "/hook", item.document, {"Content-Type": "application/cloudevents+json", **headers}
            )
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 204
    sys.stdout.write(f"{time.perf_counter() - began}\n")


if __name__ == "__main__":
    main()
