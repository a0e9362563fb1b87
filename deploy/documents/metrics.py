"""`docs/metrics.md`: every metric with its meaning, for those who monitor an installation."""

from collections.abc import Iterable

from prometheus_client import Metric

from shared.telemetry.metrics import LABELS, REGISTRY

HEAD = """# Metrics

Generated from the code by `make documents`; a test fails when it is stale.

Every process serves these at `GET /metrics` in Prometheus' text form, without a token: let only your own network reach
it. The list is closed. No name and no label carries a case, a person or an address.

Worth an alarm:

- `casepath_unpublished_age_seconds` above 60: others still hear, but late, through the feeds. Is the broker away?
- `casepath_subjects_parked` above 0: a case has stopped in this service until somebody looks
  (`./casepath parked list`).
- `casepath_events_skipped_total` or `casepath_messages_quarantined_total` rising: somebody sends what this release does
  not know, or what nobody should send.
- `casepath_broker_connected{part="follower"}` at 0 in every replica of a service: it lives on the feeds alone.
- `casepath_relay_leader` summed over the replicas of a service other than 1 for longer than a minute.
- `casepath_cursor_lag_events` growing for minutes.
- `casepath_events_caught_up_total` rising day after day: the feeds heal what the broker should have brought.
- `casepath_key_archive_age_seconds` above 60: a key database that is lost now takes keys with it that no archive has.
- `casepath_keys_lost` above 0, or `casepath_lost_keys_met_total` rising: a key database was restored from an older dump
  (`./casepath keys status`).
- `casepath_keys_under_old_ring_key` above 0 for days: a rotation was begun and not ended (`./casepath keys rotate`).
"""


def page() -> str:
    """Return the page as Markdown."""
    rows = [_row(metric) for metric in REGISTRY.collect()]
    labels = [f"| `{name}` | {says} |" for name, says in LABELS.items()]
    return "\n".join(
        [
            HEAD,
            "## All metrics\n",
            "| metric | kind | labels | meaning |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
            "A histogram `x` is served as `x_bucket`, `x_sum` and `x_count`.\n",
            "## Labels\n",
            "| label | says |",
            "| --- | --- |",
            *labels,
            "",
        ]
    )


def _row(metric: Metric) -> str:
    suffix = "_total" if metric.type == "counter" else ""
    return f"| `{metric.name}{suffix}` | {metric.type} | {_labels(metric.name)} | {metric.documentation} |"


def _labels(name: str) -> str:
    # A metric without any value yet collects no sample to read its labels from.
    collector = REGISTRY._names_to_collectors.get(name)  # noqa: SLF001
    declared: Iterable[str] = getattr(collector, "_labelnames", ())
    return ", ".join(f"`{label}`" for label in declared)
