"""A flood of 1,200 requests with one token, in a separate process, over almost the maximum connections of an address.

`python -m tests.benchmarks.load.flood PORT PATH CONNECTIONS REQUESTS`, the token on standard input. Each connection
sends its next request after each response, regardless of the status. Prints the duration, and the number of responses
by status, as JSON.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter

CONNECTIONS = 240
REQUESTS = 1_200
TIMEOUT_SECONDS = 120.0


def flood(port: int, path: str, token: str, count: int, most: int) -> tuple[float, Counter[int]]:
    """Return the seconds until every request was answered, and the count of each status.

    Args:
        port: The service's port.
        path: The requested path.
        token: The caller's token.
        count: The number of connections.
        most: The total number of requests.
    """
    request = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    statuses: Counter[int] = Counter()
    with selectors.DefaultSelector() as ready:
        connections = [socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS) for _ in range(count)]
        sys.stdout.write("begins\n")
        sys.stdout.flush()
        began, asked = time.monotonic(), 0
        for connection in connections:
            ready.register(connection, selectors.EVENT_READ, bytearray())
            connection.sendall(request)
            asked += 1
        while statuses.total() < most and time.monotonic() - began < TIMEOUT_SECONDS:
            for key, _ in ready.select(1):
                connection, received = key.fileobj, key.data
                received += connection.recv(65536)
                status = _whole(received)
                if status is None:
                    continue
                statuses[status] += 1
                received.clear()
                if asked < most:
                    connection.sendall(request)
                    asked += 1
        seconds = time.monotonic() - began
        for connection in connections:
            connection.close()
    return seconds, statuses


def _whole(received: bytearray) -> int | None:
    """Return the status of a complete response."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return None
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    return int(head.split(b" ", 2)[1]) if len(body) >= length else None


if __name__ == "__main__":
    taken, counted = flood(int(sys.argv[1]), sys.argv[2], sys.stdin.read().strip(), *map(int, sys.argv[3:]))
    sys.stdout.write(json.dumps({"seconds": taken, "statuses": counted}))
