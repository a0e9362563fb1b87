"""Conventions of the source that no linter checks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from services import PORTS
from tests.architecture.source import CHECKOUT, kept_files, modules

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc", "lib", "manager", "managers", "tools"}
SUFFIXES = ("Manager", "Helper", "Util", "Utils", "Base")
#: Calls whose result depends on time or place: a rule receives `now` and ids from its caller.
IMPURE = {
    *("now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "sleep"),
    *("uuid1", "uuid4", "uuid7", "new_id", "random", "randint", "choice", "urandom", "token_hex", "token_urlsafe"),
    *("getenv", "open", "read_text", "print", "input"),
}
SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a private JSON Web Key": re.compile(r'"d"\s*:\s*"[A-Za-z0-9_-]{43}"'),
    "a signed token": re.compile(r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"),
    "a cloud's access key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "an agency's key": re.compile(r"\bcpk_[0-9a-f]{32}_[0-9A-Za-z]{49}\b"),
    "a password in an address": re.compile(r"\b(?:amqps?|postgresql)://\w+:[A-Za-z0-9_-]{20,}@"),
}


#: The possible files of a topic; one that grows too long may become a package.
TOPIC_FILES = {"__init__", "topic", "actions", "rules", "models", "schemas", "events", "hooks"}


def _is_rules(path: Path) -> bool:
    return path.parts[0] == "services" and "rules" in (path.stem, *path.parts[2:-1])


def _called(node: ast.Call) -> str:
    target = node.func
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def _impure_calls(tree: ast.Module) -> list[tuple[int, str]]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return sorted({(node.lineno, _called(node)) for node in calls if _called(node) in IMPURE})


def test_rules_ask_neither_a_clock_nor_chance_nor_a_file() -> None:
    found = {str(path): _impure_calls(tree) for path, tree in modules().items() if _is_rules(path)}
    assert found, "there are no rules to look at"
    assert {path: calls for path, calls in found.items() if calls} == {}


def test_the_look_for_impure_calls_finds_them() -> None:
    tree = ast.parse("import datetime, uuid\nx = datetime.datetime.now(datetime.UTC)\ny = uuid.uuid4()\n")
    assert _impure_calls(tree) == [(2, "now"), (3, "uuid4")]


def test_rules_import_only_the_standard_library_and_what_is_pure() -> None:
    allowed = (
        *("shared.access.permissions", "shared.events.envelope", "shared.reference", "shared.reference.periods"),
        *("shared.casework.refusals", "shared.casework.dates", "shared.casework.likeness"),
        "shared.casework.timeline_dates",
        # The modules that declare an event's audience.
        *("shared.events.audience", "shared.events.outside", "shared.events.agency_schemas"),
        *("shared.events.openings", "shared.events.narrowing"),
    )
    strangers = []
    for path, tree in modules().items():
        if not _is_rules(path):
            continue
        for name in _imported(tree):
            ours = name.split(".")[0] in ("services", "shared", "deploy")
            of_this_service = name.split(".")[:2] == list(path.parts[:2]) and "rules" in name.split(".")
            if ours and not of_this_service and not name.startswith(allowed):
                strangers.append(f"{path}: {name}")
    assert strangers == []


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "shared":
            yield from (f"shared.{each.name}" for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_eventlet_is_imported_in_one_module_only() -> None:
    users = {
        str(path) for path, tree in modules().items() if any(n.split(".")[0] == "eventlet" for n in _imported(tree))
    }
    assert users == {"shared/runtime/host/hub.py"}


def test_nothing_commits_but_the_database_edge() -> None:
    committing = {
        str(path)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) == "commit"
    }
    assert committing <= {"shared/store/database.py"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = {part.removesuffix(".py") for path in modules() for part in path.parts}
    assert named & EMPTY_NAMES == set()


def test_no_class_has_a_name_that_says_nothing() -> None:
    classes = [
        f"{path}: {node.name}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith(SUFFIXES)
    ]
    assert classes == []


def test_each_service_has_the_same_files() -> None:
    services = [CHECKOUT / "services" / name for name in sorted(PORTS)]
    wanted = {"service", "migrations"}
    missing = {
        path.name: sorted(wanted - {file.stem for file in path.iterdir()})
        for path in services
        if wanted - {file.stem for file in path.iterdir()}
    }
    assert services
    assert missing == {}


def test_each_topic_has_files_of_the_same_names() -> None:
    strange = [
        f"{path.relative_to(CHECKOUT)}"
        for topic in _topics()
        for path in topic.iterdir()
        if path.name != "__pycache__" and path.stem not in TOPIC_FILES
    ]
    assert strange == []


def _topics() -> list[Path]:
    """Return the topics of the services with an event log."""
    cut = [CHECKOUT / "services" / name for name in PORTS]
    return [path.parent for service in cut for path in service.rglob("topic.py")]


def test_each_service_brings_the_tables_that_it_uses() -> None:
    bare = [
        path.name
        for path in (CHECKOUT / "services").iterdir()
        if (path / "service.py").exists() or (path / "service").is_dir()
        if not list((path / "migrations").glob("*.py"))
    ]
    assert bare == []


def test_no_secret_is_kept_with_the_source() -> None:
    found = []
    for name in kept_files():
        text = (CHECKOUT / name).read_text(encoding="utf-8", errors="ignore")
        found += [f"{name}: {what}" for what, pattern in SECRETS.items() if pattern.search(text)]
    assert found == []


def test_settings_and_secrets_of_an_installation_are_not_kept() -> None:
    kept = {str(name) for name in kept_files()}
    assert ".env" not in kept
    assert not [name for name in kept if name.startswith(("secrets/", ".casepath/"))]
