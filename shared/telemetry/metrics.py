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
    "reason": "a code of why a body can't be read, or a key opens nothing",
    "part": "`relay`, `follower` or `guard`",
    "handler": "a projection or reaction of this service, such as `project team` or `react periods`",
    "route": "the pattern of a route, never the address that was asked for",
    "method": "the HTTP method of a route",
    "status": "the HTTP status of an answer",
    "outcome": "a code of the list `webhook_outcome`; of a ring, of the list `ring_outcome`; of a sign-in at the desk, "
    "`completed`, `failed` or `not_registered`",
    "provider": "the issuer of a provider that people sign in with, as its operators declare it",
    "language": "a language that there is a catalogue of words in",
    "catalogue": "`codes` or `problems`",
    "store": "`database` or `keys`",
    "release": "the release that runs",
    "python": "the Python that it runs on",
    "state": "`used`, or `most`: as many as the pool may open",
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
relay_leader = _gauge("relay_leader", "1 where this process publishes for its service, else 0.")
published = _counter("events_published", "Events confirmed by the broker, counted where they were published.")
nacked = _counter("publish_nacks", "Batches that the broker refused in whole or part (a nack); they are sent again.")
relay_stuck = _counter(
    "relay_stuck", "Times that a relay neither published nor told a doubt for a minute, and was cut off."
)
publish_doubts = _counter(
    "publish_doubts",
    "Times that the relay gave its connection up: none to be had, no confirm in time, a nack; it sends again.",
)
connected = _gauge(
    "broker_connected",
    "1 while this part of the process is connected to the broker; the relay is only where it leads.",
    "part",
)
refused = _gauge(
    "broker_refused",
    "1 while the broker refuses this part of the process for good: it waits for a person, `/health/ready` says why.",
    "part",
)
blocked = _gauge(
    "broker_blocked",
    "1 where this process publishes and the broker took nothing at the last try, for want of disk or memory.",
)

# Following other services.
received = _counter("events_received", "Events taken from the inbox, by source.", "source")
applied = _counter("events_applied", "Events applied, by source.", "source")
seen = _counter("events_seen_before", "Events at or below the cursor, by source; they change nothing.", "source")
caught_up = _counter("events_caught_up", "Events that came by the feed and not by the broker, by source.", "source")
behind = _counter("events_behind_hold", "Events that wait behind an earlier one of their subject, by source.", "source")
skipped = _counter(
    "events_skipped", "Events of a type that is not in the catalogue of this release, by source.", "source"
)
erased = _counter(
    "events_of_erased", "Events passed over, since their subject was erased here or at their source.", "source"
)
retried = _counter("events_retried", "Tries at held events, by source.", "source")
applied_ahead = _counter("events_restricted", "Protecting events applied ahead of their turn, by source.", "source")
outranked = _counter(
    "events_outranked",
    "Events left out because a later priority event about the same fact was applied, by source.",
    "source",
)
forged = _counter("messages_forged", "Forged or altered messages that were met, by whose they claimed to be.", "source")
unconfirmed = _gauge(
    "events_unconfirmed",
    "Priority events that came ahead of their turn and that their source's feed has yet to confirm.",
)
quarantined = _counter("messages_quarantined", "Bodies that could not be read, by reason.", "reason")
held = _gauge("subjects_held", "Subjects whose next event waits for another try, by source.", "source")
parked = _gauge(
    "subjects_parked", "Subjects whose next event has used up its tries and waits for an operator, by source.", "source"
)
hold_age = _gauge("hold_age_seconds", "Age of the oldest hold, parked or not, by source; 0 if none.", "source")
cursor_lag = _gauge(
    "cursor_lag_events", "Events between a source's head, as last heard, and our cursor, by source.", "source"
)
oldest_ending = _gauge(
    "oldest_ending_seconds",
    "Age of the oldest ending that partners may not have applied yet, by source; 1 to 3 in normal operation.",
    "source",
)
batch_size = _histogram("batch_events", "Events applied in one transaction.", buckets=(1, 2, 5, 10, 20, 50, 100, 200))
batch_seconds = _histogram("batch_seconds", "Time of one batch from lock to commit.")
handler_seconds = _histogram(
    "handler_seconds", "Time in one call of a projection (a batch) or a reaction (an event), by handler.", "handler"
)

# Webhooks of agencies; only the leading process sets the gauges.
webhook_attempts = _counter("webhook_attempts", "Tries to post something to an agency, by outcome.", "outcome")
webhook_seconds = _histogram("webhook_attempt_seconds", "Time of a try, from the first byte sent to the answer.")
webhook_lanes = _gauge("webhook_lanes", "Endpoints to which something is being posted.")
webhooks_failing = _gauge("webhooks_failing", "Endpoints whose next event has failed at least once.")
webhooks_warned = _gauge("webhooks_warned", "Endpoints that have failed for a day, and are tried still.")
webhooks_disabled = _gauge("webhooks_disabled", "Endpoints to which nothing is posted any more until they are resumed.")
# Rings of agencies' on-call notifiers; the gauges count those of the last hour.
rings = _counter("rings", "Rings that were tried at an agency's notifier, by outcome.", "outcome")
rings_undelivered = _gauge("rings_undelivered", "Rings of the last hour that were given up.")
rings_without_notifier = _gauge(
    "rings_without_notifier", "Rings of the last hour for which the agency has no notifier at that level."
)
# Contact requests of the public.
contact_requests_waiting = _gauge("contact_requests_waiting", "Requests to be contacted that nobody has taken.")
contact_request_age = _gauge(
    "contact_request_age_seconds", "Age of the oldest request to be contacted that nobody has taken; 0 without one."
)
# The agencies' queues at the broker; counted by the process that fills them.
agency_queues = _gauge("agency_queues", "Queues of agencies at the broker, when they were last looked at.")
agency_queue_messages = _gauge("agency_queue_messages", "Messages that wait in all of them for their readers.")
agency_queue_longest = _gauge("agency_queue_longest", "Messages in the one of them in which most wait.")
agency_queue_published = _counter("agency_queue_published", "Events that went into them, confirmed by the broker.")
agency_queue_doubts = _counter(
    "agency_queue_doubts", "Times that filling them was given up for the moment; what was in doubt is sent again."
)

# The keys of the staff's sign-in providers.
provider_keys_age = _gauge(
    "provider_keys_age_seconds",
    "Seconds since a provider's keys were compared with what it publishes; after 24 hours none of them counts.",
    "provider",
)
provider_away = _counter("provider_away", "Times that a provider's keys could not be fetched.", "provider")

# The encryption keys; the same in every replica.
keys_under_old = _gauge(
    "keys_under_old_ring_key", "Data keys that a rotation of the key ring has not wrapped anew; 0 if none goes on."
)
key_archive_age = _gauge(
    "key_archive_age_seconds",
    "Seconds since the archive of keys was known to hold every key; +Inf if there is no file yet, NaN if none is set.",
)
keys_lost = _gauge(
    "keys_lost",
    "Cases, agencies and members of staff of whom something is sealed and whose key is neither there nor destroyed.",
)
lost_keys_met = _counter("lost_keys_met", "Times that something could not be opened or sealed, since its key is lost.")

# The stores that this service uses, as each process sees them.
store_usable = _gauge("store_usable", "1 while a store answers, takes writes and has room.", "store")
store_full = _gauge("store_full", "1 while a store has no room for another block.", "store")
pool_connections = _gauge(
    "pool_connections", "Connections of this process to a store: those in use, and the most.", "store", "state"
)

# The machine of this service.
disk_free = _gauge(
    "disk_free_bytes",
    "Free bytes of the disk that this service's archive of keys is on, which is by default the disk of the databases "
    "too. NaN if no archive is set.",
)
disk_size = _gauge("disk_size_bytes", "Size of that disk in bytes.")
backup_age = _gauge(
    "backup_age_seconds",
    "Seconds since `./casepath backup` made the last backup; +Inf if it made none, NaN at a service without "
    "`CASEPATH_BACKUP_RECORD`.",
)
backup_allowed_age = _gauge(
    "backup_allowed_age_seconds", "The age from which a backup is overdue; +Inf where none is required."
)
backup_failed = _gauge("backup_failed", "1 if the last attempt to back up failed.")

# Waiting people and cases; the same in every replica.
alerts_unacknowledged = _gauge("alerts_unacknowledged", "Safeguarding alerts that nobody has acknowledged yet.")
alert_age = _gauge("alert_unacknowledged_age_seconds", "Age of the oldest of them; 0 if none.")
referrals_unanswered = _gauge("referrals_unanswered", "Referrals that were sent, and neither taken up nor refused yet.")
erasures_unfinished = _gauge(
    "erasures_unfinished", "Cases that were erased here, and whose key was not destroyed or not acknowledged yet."
)
erasure_age = _gauge("erasure_unfinished_age_seconds", "Age of the oldest of them; 0 if none.")
erasure_awaited_age = _gauge(
    "erasure_awaited_age_seconds", "Age of the oldest erasure that was ordered and that some holder has not answered."
)
audit_waiting_age = _gauge(
    "audit_unchained_age_seconds", "Age of the oldest row of the audit log that is not chained yet; 0 if none."
)
checkpoint_age = _gauge(
    "audit_checkpoint_age_seconds", "Age of the last signed checkpoint, while rows were chained since; else 0."
)
agency_keys_ending = _gauge(
    "agency_keys_ending", "Keys of agencies that end within 14 days, and that no other key takes the place of."
)
timers_waiting = _gauge("timers_waiting", "Timers that are set: days and hours at which something is to be done.")
timers_overdue = _gauge(
    "timers_overdue_age_seconds", "For how long the oldest timer that was due has not been acted on; 0 if none."
)

# The process itself.
build_info = _gauge("build_info", "1; its labels say which release runs, on which Python.", "release", "python")
unknown_addresses = _counter("http_unknown_addresses", "Requests for an address, or by a method, that is not served.")
requests = _counter(
    "http_requests", "Requests answered, by route pattern, method and status.", "route", "method", "status"
)
requests_waiting = _gauge("requests_waiting", "Requests that are held until there is something new.")
request_seconds = _histogram("http_request_seconds", "Time to answer, by route pattern and method.", "route", "method")
probing_alarms = _counter(
    "probing_alarms",
    "Times that a caller asked for many addresses that are not there; `./casepath status` names the caller.",
)
upstream_seconds = _histogram(
    "upstream_seconds", "Time of a request of the pages to a service, by service and status.", "source", "status"
)
sign_ins = _counter("sign_ins", "Sign-ins at the desk that ended, by outcome.", "outcome")
agency_keys_refused = _counter(
    "agency_keys_refused",
    "Keys of agencies that opened nothing; `key_is_bound_elsewhere`: somebody has one where it does not belong.",
    "reason",
)
words_missing = _counter(
    "words_missing",
    "Words that a language lacks and that were said in English, each time that they were looked up.",
    "language",
    "catalogue",
)
audit_chained = _counter("audit_rows_chained", "Rows of the audit log that this process has chained.")
timers_fired = _counter("timers_fired", "Timers that came due and were acted on.")
log_fields_dropped = _counter("log_fields_dropped", "Fields left out of a log line: not known, or not of their form.")
hub_lag = _gauge("hub_lag_seconds", "How much later than asked a sleeping green thread was woken.")

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
