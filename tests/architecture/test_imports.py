"""Imports that import-linter does not detect: dynamic ones, and imports that bypass the public names of a package."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.architecture.source import PACKAGES, modules

IMPORTERS = {"import_module", "__import__"}
#: Only the command imports dynamically: a command's module when the command is called. The strings in these modules
#: count as imports.
LAZY = {Path("deploy/cli/__main__.py")}
#: Rules may use these pure modules from any package.
PURE = {
    *("shared.access.permissions", "shared.events.envelope", "shared.reference", "shared.reference.periods"),
    *("shared.casework.refusals", "shared.casework.dates"),
}


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported_by_string(tree: ast.Module) -> list[tuple[int, str]]:
    """Return the dynamic imports: the known beginning of each name; `?` if nothing is known."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) in IMPORTERS]
    return [(call.lineno, _head(call.args[0]) if call.args else "?") for call in calls]


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _head(argument: ast.expr) -> str:
    if isinstance(argument, ast.JoinedStr) and argument.values:
        argument = argument.values[0]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else "?"


def _is_ours_or_unknown(head: str) -> bool:
    return head.partition(".")[0] in (*PACKAGES, "?", "")


def _strings(tree: ast.Module) -> set[str]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _imports(name: str, tree: ast.Module, known_names: Iterable[str]) -> Iterator[str]:
    """Yield our modules that a module imports: `from package import module` counts as the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known_names)
        elif isinstance(node, ast.ImportFrom) and node.module in known_names:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known_names else str(node.module)
    if name in {_name(path) for path in LAZY}:
        yield from {text.strip(".") for text in _strings(tree)} & set(known_names)


def _graph() -> dict[str, set[str]]:
    trees = {_name(path): tree for path, tree in modules().items()}
    return {name: set(_imports(name, tree, trees)) for name, tree in trees.items()}


def _circles(graph: Mapping[str, set[str]]) -> set[frozenset[str]]:
    """Return the pairs of children of one package that import each other, directly or through others."""
    between: dict[str, set[str]] = {}
    for importer, targets in graph.items():
        for target in targets:
            pair = _children_of_one_package(importer, target)
            if pair is not None:
                between.setdefault(pair[0], set()).add(pair[1])
    reached = {child: _reached(between, child) for child in between}
    return {
        frozenset((child, other))
        for child in reached
        for other in reached[child] - {child}
        if child in reached.get(other, ())
    }


def _children_of_one_package(importer: str, target: str) -> tuple[str, str] | None:
    first, second = importer.split("."), target.split(".")
    same = 0
    while same < min(len(first), len(second)) and first[same] == second[same]:
        same += 1
    if same in (len(first), len(second)):  # a package and a module inside it
        return None
    return ".".join(first[: same + 1]), ".".join(second[: same + 1])


def _reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    reached: set[str] = set()
    ahead = set(graph.get(start, ()))
    while ahead:
        reached |= ahead
        ahead = {further for name in ahead for further in graph.get(name, ())} - reached
    return reached


def _offered(wing: str) -> set[str]:
    """Return the names in `__all__` of a package."""
    tree = modules()[Path(*wing.split("."), "__init__.py")]
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def _is_offered(module: str, names: Iterable[str], offers: Mapping[str, set[str]]) -> bool:
    """Return whether a service may import these names from a module of `shared`."""
    parts = module.split(".")
    if module in PURE or parts[1:] == []:
        return True
    offered = offers[parts[1]]
    return set(names) <= offered if len(parts) == 2 else len(parts) == 3 and parts[2] in offered


def test_nothing_of_ours_is_imported_by_a_string() -> None:
    by_string = [
        f"{path}:{line}: {head}"
        for path, tree in modules().items()
        if path not in LAZY
        for line, head in _imported_by_string(tree)
        if _is_ours_or_unknown(head)
    ]
    assert by_string == []


def test_the_look_for_strings_finds_literals_heads_and_what_it_can_not_know() -> None:
    tree = ast.parse(
        "import_module('shared.store')\n"
        "importlib.import_module(f'services.{name}.events')\n"
        "__import__(name)\n"
        "import_module('json')\n"
    )
    strings = _imported_by_string(tree)
    assert strings == [(1, "shared.store"), (2, "services."), (3, "?"), (4, "json")]
    assert [line for line, head in strings if _is_ours_or_unknown(head)] == [1, 2, 3]


def test_there_is_no_circle_also_not_through_the_names_of_verbs() -> None:
    graph = _graph()
    assert "deploy.cli.up" in graph["deploy.cli.__main__"], "the verbs are seen"
    assert _circles(graph) == set()


def test_a_cycle_between_two_packages_is_found_without_a_cycle_between_modules() -> None:
    graph = {"house.hall.door": {"house.attic.roof"}, "house.attic.stairs": {"house.hall.floor"}}
    assert _circles(graph) == {frozenset(("house.hall", "house.attic"))}
    assert _circles({"house.hall": {"house.hall.door"}, "house.hall.door": {"house.hall"}}) == set()


def test_a_service_imports_what_a_wing_offers() -> None:
    offers = {path.parts[1]: _offered(f"shared.{path.parts[1]}") for path in modules() if _is_wing(path)}
    past = [
        f"{path}: from {node.module} import {', '.join(alias.name for alias in node.names)}"
        for path, tree in modules().items()
        if path.parts[0] == "services"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("shared.")
        if not _is_offered(str(node.module), [alias.name for alias in node.names], offers)
    ]
    assert past == []


def _is_wing(path: Path) -> bool:
    return path.parts[0] == "shared" and path.parts[2:] == ("__init__.py",)


def test_what_a_wing_does_not_name_is_not_offered() -> None:
    offers = {"exchange": {"eventlog"}, "http": {"Call"}}
    assert _is_offered("shared.exchange.eventlog", ["record"], offers)
    assert _is_offered("shared.http", ["Call"], offers)
    assert _is_offered("shared.reference.periods", ["local_date"], offers)
    assert not _is_offered("shared.exchange", ["relay"], offers)
    assert not _is_offered("shared.exchange.relay", ["Relay"], offers)
    assert not _is_offered("shared.exchange.eventlog.inner", ["record"], offers)
    assert not _is_offered("shared.http", ["Call", "edge"], offers)
