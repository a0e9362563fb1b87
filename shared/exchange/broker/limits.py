"""How long a broker is waited for (seconds)."""

#: A broker that sends nothing for so long is considered gone.
HEARTBEAT_SECONDS = 10
#: For all nodes of a cluster together.
CONNECT_SECONDS = 5
#: Shorter than a leader's silence (`shared.store.leader`), so that waiting for a confirm never costs the lease.
CONFIRM_SECONDS = 8
