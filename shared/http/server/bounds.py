"""What one client can take of a service has an end: in bytes, in pieces, in time and in connections."""

LARGEST_BODY = 64 * 1024
#: A whole request line (bytes).
LONGEST_ADDRESS = 4096
#: One header, all of a request's headers together (bytes), and how many there may be.
LONGEST_HEADER = 8 * 1024
LARGEST_HEAD = 16 * 1024
MOST_HEADERS = 64
#: A head, and again a body, arrives in at most so many pieces: each costs a turn of the hub, however short it is.
MOST_PIECES = 512
#: Seconds for which a connection may wait for its next request, for a whole head, and for a whole body.
IDLE_SECONDS = 30.0
HEAD_SECONDS = 10.0
BODY_SECONDS = 15.0
#: One address has at most this share of the connections: another finds room while it holds on to its own.
SHARE = 0.5
#: Requests that wait for something new hold at most this share of the connections, and one agency so many of them.
WAITING_SHARE = 0.4
WAITS_OF_ONE = 5
#: Seconds for which one waits, at most: less than what stands between us and a client usually bears.
LONGEST_WAIT = 30
#: Seconds for which the rest of what was refused is taken, and thrown away.
LINGER_SECONDS = 0.5
#: Seconds before a connection is read again after 429, which never asks for a shorter wait; twice as long after each
#: that follows on the one before, up to a bound.
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 8.0
