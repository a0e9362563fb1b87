"""A process of receivers: answers every post immediately with 204, and records the delay of each.

Argument: the number of receivers. Prints their ports; for each line on its input it prints the delays (seconds) since
the previous line.
"""

import asyncio
import json
import re
import sys
import time

_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")
_TOLD_AT = re.compile(rb'"toldat": ?"([\d.]+)"')
_ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


def say(numbers: list[int] | list[float]) -> None:
    sys.stdout.write(f"{json.dumps(numbers)}\n")
    sys.stdout.flush()


class Receivers:
    def __init__(self) -> None:
        self.delays: list[float] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                told_at = _TOLD_AT.search(body)
                self.delays.append(time.time() - float(told_at[1]) if told_at else 0.0)
                writer.write(_ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run(self, count: int) -> None:
        servers = [await asyncio.start_server(self.serve, "127.0.0.1", 0) for _ in range(count)]
        say([server.sockets[0].getsockname()[1] for server in servers])
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, sys.stdin.readline):
            delays, self.delays = self.delays, []
            say(delays)


if __name__ == "__main__":
    asyncio.run(Receivers().run(int(sys.argv[1])))
