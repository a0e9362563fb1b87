"""A stand-in for a broker after a full disk: it accepts every connection and resets it without sending data."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

#: Closing then sends a reset instead of an orderly end.
RESET = struct.pack("ii", 1, 0)


@contextlib.contextmanager
def resetting() -> Iterator[int]:
    """Yield a port on loopback where every connection is accepted and reset."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_reset_each, args=(listening,), daemon=True)
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def _reset_each(listening: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the test has ended
        while True:
            connection, _ = listening.accept()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            connection.close()
