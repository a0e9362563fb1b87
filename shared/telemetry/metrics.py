"""The closed list of metrics and labels with their meanings, the source of `docs/reference/metrics.md`.

No label ever contains a case, a person or an address: each label is one of `LABELS`, and has few values.
"""

import platform

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

REGISTRY = CollectorRegistry()
CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

#: Every label that a metric can have, with its possible values.
LABELS = {
    "source": "a followed service",
    "reason": "a code: why a message cannot be read, or a key is refused",
    "part": "`relay`, `follower` or `guard`",
    "handler": "a projection or reaction of this service, such as `project team` or `react periods`",
    "route": "the pattern of a route, never the requested address",
    "method": "the HTTP method of a route",
    "status": "the HTTP status of a response",
    "outcome": "a code of the list `webhook_outcome`; of a ring, of the list `ring_outcome`; of a sign-in at the desk, "
    "`completed`, `failed` or `not_registered`",
    "provider": "the issuer of a sign-in provider, as declared by the operators",
    "language": "a language of the catalogues",
    "catalogue": "`codes` or `problems`",
    "store": "`database` or `keys`",
    "release": "the release that runs",
    "python": "its Python version",
    "state": "`used`, or `most`: the maximum of the pool",
}


def _checked_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    strangers = set(labels) - LABELS.keys()
    if strangers:
        raise ValueError(f"no such labels: {sorted(strangers)}; declare what they can say")
    return labels


def _counter(name: str, meaning: str, *labels: str) -> Counter:
    return Counter(f"casepath_{name}", meaning, _checked_labels(labels), registry=REGISTRY)


def _gauge(name: str, meaning: str, *labels: str) -> Gauge:
    return Gauge(f"casepath_{name}", meaning, _checked_labels(labels), registry=REGISTRY)


def _histogram(name: str, meaning: str, *labels: str, buckets: tuple[float, ...] = _SECONDS) -> Histogram:
    return Histogram(f"casepath_{name}", meaning, _checked_labels(labels), buckets=buckets, registry=REGISTRY)


# This service's log and its relay. The first four come from the database, and are the same in every replica.
log_head = _gauge("log_head_position", "The last position given in this service's event log.")
log_published = _gauge("log_published_position", "The last position that the broker has confirmed.")
unpublished = _gauge("unpublished_events", "Events in the log that the broker has not confirmed, numbered or not yet.")
unpublished_age = _gauge(
    "unpublished_age_seconds", "Age of the oldest event that the broker has not confirmed; 0 if none."
)
relay_leader = _gauge("relay_leader", "1 if this process publishes for its service, otherwise 0.")
published = _counter("events_published", "Events that this process published and the broker confirmed.")
nacked = _counter("publish_nacks", "Batches that the broker refused in whole or part (a nack); they are sent again.")
relay_stuck = _counter(
    "relay_stuck",
    "Times that a relay was disconnected, because it published nothing and reported nothing for a minute.",
)
publish_doubts = _counter(
    "publish_doubts",
    "Times that the relay closed its connection, after a failed connect, a late confirm or a nack. It sends again.",
)
connected = _gauge(
    "broker_connected",
    "1 while this part of the process is connected to the broker. The relay is connected only in the leading process.",
    "part",
)
refused = _gauge(
    "broker_refused",
    "1 while the broker refuses this part of the process permanently. An operator must act; `/health/ready` has the "
    "reason.",
    "part",
)
blocked = _gauge(
    "broker_blocked",
    "1 if this process publishes and the broker accepted nothing at the last attempt, because its disk or memory is "
    "full.",
)

# Following other services.
received = _counter("events_received", "Events received from the inbox queue, by source.", "source")
applied = _counter("events_applied", "Events applied, by source.", "source")
seen = _counter("events_seen_before", "Events at or before the cursor, by source. They change nothing.", "source")
caught_up = _counter("events_caught_up", "Events received through the feed instead of the broker, by source.", "source")
behind = _counter("events_behind_hold", "Events that wait for an earlier event of their subject, by source.", "source")
skipped = _counter(
    "events_skipped", "Events of a type that is not in the catalogue of this release, by source.", "source"
)
erased = _counter(
    "events_of_erased", "Events that were ignored, because their subject was erased here or at their source.", "source"
)
retried = _counter("events_retried", "Attempts to apply held events, by source.", "source")
applied_ahead = _counter("events_restricted", "Priority events applied before their turn, by source.", "source")
outranked = _counter(
    "events_outranked",
    "Events that were not applied, because a later priority event about the same fact was applied, by source.",
    "source",
)
forged = _counter("messages_forged", "Forged or altered messages, by the source that they claim.", "source")
unconfirmed = _gauge(
    "events_unconfirmed",
    "Priority events that arrived before their turn and that their source's feed has not confirmed.",
)
quarantined = _counter("messages_quarantined", "Messages that could not be read, by reason.", "reason")
held = _gauge("subjects_held", "Subjects whose next event waits for another attempt, by source.", "source")
parked = _gauge(
    "subjects_parked", "Subjects whose next event has no attempts left and waits for an operator, by source.", "source"
)
hold_age = _gauge("hold_age_seconds", "Age of the oldest hold, parked or not, by source; 0 if none.", "source")
cursor_lag = _gauge(
    "cursor_lag_events", "Events between the last known head of a source and the cursor, by source.", "source"
)
oldest_ending = _gauge(
    "oldest_ending_seconds",
    "Maximum age of the oldest ending that partners has not applied, by source. 1 to 3 in normal operation.",
    "source",
)
batch_size = _histogram("batch_events", "Events applied in one transaction.", buckets=(1, 2, 5, 10, 20, 50, 100, 200))
batch_seconds = _histogram("batch_seconds", "Duration of one batch from lock to commit.")
handler_seconds = _histogram(
    "handler_seconds", "Duration of one call of a projection (a batch) or a reaction (an event), by handler.", "handler"
)

# Webhooks of agencies; only the leading process sets the gauges.
webhook_attempts = _counter("webhook_attempts", "Delivery attempts to agencies, by outcome.", "outcome")
webhook_seconds = _histogram(
    "webhook_attempt_seconds", "Duration of an attempt, from the first sent byte to the response."
)
webhook_lanes = _gauge("webhook_lanes", "Endpoints with a delivery in progress.")
webhooks_failing = _gauge("webhooks_failing", "Endpoints whose next event has failed at least once.")
webhooks_warned = _gauge("webhooks_warned", "Endpoints that have failed for a day and are still retried.")
webhooks_disabled = _gauge("webhooks_disabled", "Disabled endpoints. They receive nothing until they are resumed.")
# Rings of agencies' on-call notifiers; the gauges count those of the last hour.
rings = _counter("rings", "Notifications sent to agencies' on-call notifiers, by outcome.", "outcome")
rings_undelivered = _gauge("rings_undelivered", "Notifications of the last hour that were never delivered.")
rings_without_notifier = _gauge(
    "rings_without_notifier", "Notifications of the last hour for which the agency has no notifier at that level."
)
# Contact requests of the public.
contact_requests_waiting = _gauge("contact_requests_waiting", "Contact requests that wait for a caseworker.")
contact_request_age = _gauge(
    "contact_request_age_seconds", "Age of the oldest contact request that waits for a caseworker; 0 if none."
)
# The agencies' queues at the broker; counted by the process that fills them.
agency_queues = _gauge("agency_queues", "Queues of agencies at the broker, at the last check.")
agency_queue_messages = _gauge("agency_queue_messages", "Messages in all queues of agencies.")
agency_queue_longest = _gauge("agency_queue_longest", "Messages in the longest queue of an agency.")
agency_queue_published = _counter(
    "agency_queue_published", "Events published to queues of agencies and confirmed by the broker."
)
agency_queue_doubts = _counter(
    "agency_queue_doubts",
    "Times that publishing to queues of agencies was interrupted. Unconfirmed events are sent again.",
)

# The keys of the staff's sign-in providers.
provider_keys_age = _gauge(
    "provider_keys_age_seconds",
    "Seconds since the keys of a provider were last fetched. After 24 hours they are no longer accepted.",
    "provider",
)
provider_away = _counter("provider_away", "Failed fetches of a provider's keys.", "provider")

# The encryption keys; the same in every replica.
keys_under_old = _gauge(
    "keys_under_old_ring_key", "Data keys that a rotation of the key ring has still to wrap; 0 if no rotation runs."
)
key_archive_age = _gauge(
    "key_archive_age_seconds",
    "Seconds since the key archive was last known to be complete; +Inf if there is no file yet, NaN if no archive is "
    "set.",
)
keys_lost = _gauge(
    "keys_lost",
    "Cases, agencies and staff with encrypted data whose key is missing and was not destroyed.",
)
lost_keys_met = _counter("lost_keys_met", "Failed attempts to decrypt or encrypt, because the key is lost.")

# The stores that this service uses, as each process sees them.
store_usable = _gauge("store_usable", "1 while a store responds, accepts writes and has space.", "store")
store_full = _gauge("store_full", "1 while a store has no space for another block.", "store")
pool_connections = _gauge(
    "pool_connections", "Connections of this process to a store: in use, and maximum.", "store", "state"
)

# The machine of this service.
disk_free = _gauge(
    "disk_free_bytes",
    "Free bytes on the disk of this service's key archive, by default also the disk of the databases. NaN if no "
    "archive is set.",
)
disk_size = _gauge("disk_size_bytes", "Size of that disk in bytes.")
backup_age = _gauge(
    "backup_age_seconds",
    "Seconds since `./casepath backup` made the last backup; +Inf if it made none, NaN at a service without "
    "`CASEPATH_BACKUP_RECORD`.",
)
backup_allowed_age = _gauge(
    "backup_allowed_age_seconds", "Age after which a backup is overdue; +Inf if no backup is required."
)
backup_failed = _gauge("backup_failed", "1 if the last backup failed.")

# Waiting people and cases; the same in every replica.
alerts_unacknowledged = _gauge("alerts_unacknowledged", "Safeguarding alerts that are not acknowledged.")
alert_age = _gauge("alert_unacknowledged_age_seconds", "Age of the oldest of them; 0 if none.")
referrals_unanswered = _gauge("referrals_unanswered", "Referrals without an answer.")
erasures_unfinished = _gauge(
    "erasures_unfinished", "Erased cases whose key is not destroyed, or whose destruction is not acknowledged."
)
erasure_age = _gauge("erasure_unfinished_age_seconds", "Age of the oldest of them; 0 if none.")
erasure_awaited_age = _gauge(
    "erasure_awaited_age_seconds", "Age of the oldest ordered erasure that a service has not acknowledged."
)
audit_waiting_age = _gauge(
    "audit_unchained_age_seconds", "Age of the oldest row of the audit log that is not chained yet; 0 if none."
)
checkpoint_age = _gauge(
    "audit_checkpoint_age_seconds", "Age of the last signed checkpoint; 0 if no rows were chained since."
)
agency_keys_ending = _gauge("agency_keys_ending", "Keys of agencies that end within 14 days and have no successor.")
timers_waiting = _gauge("timers_waiting", "Timers that are set.")
timers_overdue = _gauge("timers_overdue_age_seconds", "Age of the oldest timer that is due and has not run; 0 if none.")

# The process itself.
build_info = _gauge("build_info", "1; the labels are the release and the Python version.", "release", "python")
unknown_addresses = _counter("http_unknown_addresses", "Requests with an unknown path or method.")
requests = _counter(
    "http_requests", "Requests answered, by route pattern, method and status.", "route", "method", "status"
)
requests_waiting = _gauge("requests_waiting", "Requests that wait for new data.")
request_seconds = _histogram(
    "http_request_seconds", "Duration of requests, by route pattern and method.", "route", "method"
)
probing_alarms = _counter(
    "probing_alarms",
    "Times that a caller requested many paths that do not exist. `./casepath status` names the caller.",
)
upstream_seconds = _histogram(
    "upstream_seconds", "Duration of requests from the pages to a service, by service and status.", "source", "status"
)
sign_ins = _counter("sign_ins", "Completed sign-ins at the desk, by outcome.", "outcome")
agency_keys_refused = _counter(
    "agency_keys_refused",
    "Refused agency keys. `key_is_bound_elsewhere`: a key was used from outside the networks that it is bound to.",
    "reason",
)
words_missing = _counter(
    "words_missing",
    "Missing translations: texts that were shown in English instead.",
    "language",
    "catalogue",
)
audit_chained = _counter("audit_rows_chained", "Rows of the audit log that this process has chained.")
timers_fired = _counter("timers_fired", "Timers that ran.")
log_fields_dropped = _counter(
    "log_fields_dropped", "Fields dropped from log lines, because their name or form is not permitted."
)
hub_lag = _gauge("hub_lag_seconds", "Delay with which a sleeping green thread was woken.")

# `process_*`, the names that all exporters use: processor time, memory, open files, start time.
ProcessCollector(registry=REGISTRY)

#: Metrics of the staff's web pages. The others are about event logs, and would be 0 there.
PAGES = CollectorRegistry()
for _collector in (
    *(requests, request_seconds, unknown_addresses, upstream_seconds, sign_ins, store_usable, pool_connections),
    *(words_missing, log_fields_dropped, build_info),
):
    PAGES.register(_collector)
ProcessCollector(registry=PAGES)


def says_release(release: str) -> None:
    """Set the running release."""
    build_info.labels(release, platform.python_version()).set(1)


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)
