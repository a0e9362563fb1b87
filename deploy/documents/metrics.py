"""`docs/reference/metrics.md`: every metric with its meaning, for those who monitor an installation."""

from collections.abc import Iterable

from prometheus_client import Metric

from shared.telemetry.metrics import LABELS, REGISTRY

HEAD = """# Metrics

Generated from the code by `make documents`; a test fails when it is stale.

Every process serves these metrics at `GET /metrics` in Prometheus' text format, without a token. Allow only your own
network to reach it. The list is complete. No name and no label identifies a case, a person or an address.

The alarm rules are in [deploy/monitoring/rules](../../deploy/monitoring/rules/alarms.yml). Each alarm has a
[runbook](../guides/operate/runbooks/README.md). [Monitor](../guides/operate/monitor.md) explains the setup.
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
            "| label | meaning |",
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
