"""Time limits for the broker (seconds)."""

#: Silence after which a broker is considered unavailable.
HEARTBEAT_SECONDS = 10
#: Connection timeout for all nodes of a cluster together.
CONNECT_SECONDS = 5
#: Shorter than the leader lease (`shared.store.leader`), so that waiting for a confirm never costs the lease.
CONFIRM_SECONDS = 8
