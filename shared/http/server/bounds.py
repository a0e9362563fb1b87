"""The limits of one client's use of a service: bytes, pieces, time and connections."""

LARGEST_BODY = 64 * 1024
#: A whole request line (bytes).
LONGEST_ADDRESS = 4096
#: The largest header, the largest size of all headers of a request together (bytes), and the most headers.
LONGEST_HEADER = 8 * 1024
LARGEST_HEAD = 16 * 1024
MOST_HEADERS = 64
#: The most pieces in which a head, and again a body, can arrive: each costs a turn of the hub, however short it is.
MOST_PIECES = 512
#: How many seconds a connection can wait for its next request, for a whole head, and for a whole body.
IDLE_SECONDS = 30.0
HEAD_SECONDS = 10.0
BODY_SECONDS = 15.0
#: The largest share of the connections for one address, so that others find room while it keeps its own open.
SHARE = 0.5
#: The largest share of the connections for requests that wait for something new, and how many of them for one agency.
WAITING_SHARE = 0.4
WAITS_OF_ONE = 5
#: The longest such wait (seconds). It is less than the usual time-out of proxies between us and a client.
LONGEST_WAIT = 30
#: How many seconds the rest of a refused request is received and discarded.
LINGER_SECONDS = 0.5
#: Seconds before a connection is read again after a 429, never longer than its Retry-After. The pause doubles with each
#: consecutive 429, up to a limit.
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 8.0
