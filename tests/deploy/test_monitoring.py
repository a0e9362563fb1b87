"""The monitoring files of a release: rules that fire correctly, and no names of missing metrics."""

import functools
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from deploy.cli.__main__ import casepath
from shared.exchange.broker import agency_queues
from shared.telemetry import metrics

CHECKOUT = Path(__file__).resolve().parents[2]
#: Samples of the events of each release.
CONTRACTS = CHECKOUT / "tests" / "contracts"
MONITORING = CHECKOUT / "deploy" / "monitoring"
RUNBOOKS = CHECKOUT / "docs" / "guides" / "operate" / "runbooks"
PAGES = [
    RUNBOOKS.parent / f"{name}.md"
    for name in ("install", "production", "monitor", "proxy", "capacity", "external-stores", "troubleshoot", "year-one")
]
RULES = sorted(MONITORING.glob("rules/*.yml"))
#: The tests in which each alarm fires, and in which it does not.
SHOWN = sorted(MONITORING.glob("tests/*_test.yml"))
DASHBOARDS = sorted(MONITORING.glob("dashboards/*.json"))
#: Metrics of other exporters: Prometheus itself, node_exporter, blackbox_exporter, and RabbitMQ's own plugin.
FOREIGN = {
    "up",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "probe_ssl_earliest_cert_expiry",
    "rabbitmq_alarms_free_disk_space_watermark",
    "rabbitmq_alarms_memory_used_watermark",
}
METRIC = re.compile(r"\b(?:\w+:)?(?:casepath|process|node|probe|rabbitmq)_\w+(?::\w+)?|\bup\b")
EVENT = re.compile(r"\b(?:audit|drain|erasure|follower|keys|loop|relay|request|service|store|timers?)\.[a-z_]{3,}\b")


def rules() -> list[dict[str, Any]]:
    documents = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in RULES]
    return [rule for document in documents for group in document["groups"] for rule in group["rules"]]


def alarms() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


def panels() -> list[tuple[str, dict[str, Any]]]:
    drawn = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in DASHBOARDS}
    return [(name, panel) for name, dashboard in drawn.items() for panel in dashboard["panels"]]


def expressions() -> list[str]:
    asked = [str(rule["expr"]) for rule in rules()]
    return asked + [target["expr"] for _name, panel in panels() for target in panel["targets"]]


def scraped() -> set[str]:
    """Return the names of all metrics of the services, with or without a value, including those of histograms."""
    typed = re.findall(r"^# TYPE (\w+) (\w+)$", metrics.exposition().decode(), re.MULTILINE)
    served = {name for name, _kind in typed}
    return served | {
        f"{name}_{part}" for name, kind in typed if kind == "histogram" for part in ("bucket", "sum", "count")
    }


@functools.cache
def source() -> str:
    """Return the mechanism's code, which contains the name of every log line."""
    return "".join(path.read_text(encoding="utf-8") for path in CHECKOUT.joinpath("shared").rglob("*.py"))


def tool(name: str) -> str:
    found_at = shutil.which(name) or shutil.which(name, path=CHECKOUT / "build" / "monitoring")
    if found_at is None:
        pytest.skip(f"no {name} here: .ci/install-promtool")
    return found_at


@pytest.mark.promise("MONITOR-2")
def test_no_rule_and_no_dashboard_names_a_metric_that_is_not_served() -> None:
    there = scraped() | FOREIGN | {rule["record"] for rule in rules() if "record" in rule}
    named = {name for expression in expressions() for name in METRIC.findall(expression)}
    assert named - there == set()
    assert len(named) > 50, "they are read at all"


def test_each_alarm_has_a_severity_and_a_page_of_its_own_and_no_page_is_left_over() -> None:
    assert {alarm["labels"]["severity"] for alarm in alarms()} == {"page", "ticket"}
    pages = {alarm["annotations"]["runbook"] for alarm in alarms()}
    assert pages == {f"docs/guides/operate/runbooks/{alarm['alert']}.md" for alarm in alarms()}
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == {alarm["alert"] for alarm in alarms()} | {"README"}
    contents = (RUNBOOKS / "README.md").read_text(encoding="utf-8")
    assert [alarm["alert"] for alarm in alarms() if f"({alarm['alert']}.md)" not in contents] == []


def test_each_alarm_is_shown_to_fire_and_not_to_fire() -> None:
    shown = [each for path in SHOWN for each in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]]
    tried = [(test["alertname"], bool(test["exp_alerts"])) for each in shown for test in each["alert_rule_test"]]
    assert sorted(tried) == sorted((alarm["alert"], fires) for alarm in alarms() for fires in (True, False))


@pytest.mark.promise("MONITOR-1")
def test_the_rules_hold_by_promtool() -> None:
    promtool = tool("promtool")
    for arguments in (
        ["check", "rules", *map(str, RULES)],
        ["check", "config", "--syntax-only", str(MONITORING / "prometheus.yml")],
        ["test", "rules", *map(str, SHOWN)],
    ):
        done = subprocess.run([promtool, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_alarm_of_a_long_queue_fires_before_the_queue_drops_an_event() -> None:
    [alarm] = [each for each in alarms() if each["alert"] == "CasepathAgencyQueueLong"]
    above = int(str(alarm["expr"]).rpartition(" > ")[2])
    samples = [json.loads(file.read_text(encoding="utf-8")) for file in CONTRACTS.rglob("*.json")]
    largest = max(len(json.dumps(event)) for sample in samples for event in sample["events"])
    assert above < agency_queues.LENGTH
    assert above * largest < agency_queues.BYTES


def test_each_panel_s_question_can_be_asked(tmp_path: Path) -> None:
    asked = [{"record": f"asked:{number}:it", "expr": each} for number, each in enumerate(expressions())]
    file = tmp_path / "asked.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": asked}]}), encoding="utf-8")
    done = subprocess.run([tool("promtool"), "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_sample_of_who_is_told_holds_by_amtool() -> None:
    command = [tool("amtool"), "check-config", str(MONITORING / "alertmanager.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    named = re.findall(r"Casepath\w+", (MONITORING / "alertmanager.yml").read_text(encoding="utf-8"))
    assert set(named) <= {alarm["alert"] for alarm in alarms()}


def test_a_dashboard_has_a_name_of_its_own_and_each_panel_a_unit_and_a_sentence() -> None:
    drawn = [json.loads(path.read_text(encoding="utf-8")) for path in DASHBOARDS]
    assert len({each["uid"] for each in drawn}) == len({each["title"] for each in drawn}) == len(drawn) == 6
    for name, panel in panels():
        assert panel["datasource"]["uid"] == "${datasource}", name
        assert panel["fieldConfig"]["defaults"]["unit"], (name, panel["title"])
        assert panel["description"].endswith("."), (name, panel["title"])


@pytest.mark.promise("MONITOR-5")
@pytest.mark.parametrize("page", [*sorted(RUNBOOKS.glob("*.md")), *PAGES], ids=lambda page: page.stem)
def test_a_page_names_commands_and_lines_of_the_log_that_there_are(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for words in re.findall(r"\./casepath ((?:[a-z][a-z-]*[ `]?)+)", text):
        command: click.Command = casepath
        for word in words.replace("`", " ").split():
            if not isinstance(command, click.Group):
                break
            verb = command.get_command(click.Context(command), word)
            assert verb is not None, f"./casepath {words}"
            command = verb
    assert [event for event in EVENT.findall(text) if f'"{event}"' not in source()] == []
