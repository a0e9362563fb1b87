"""Compare the committed interface (`HEAD`) with an earlier revision: `make compare BASE=REVISION`.

It compares what integrators and operators rely on: contract samples, AsyncAPI documents, routes with their parameters,
and migrations. Summaries, replies and moved files can differ. It exits 1 if anything was removed or changed, so that a
person checks it: a new optional field of an event is a change, and allowed.

AsyncAPI and OpenAPI documents are not in git. They are generated from the source of each revision in a separate folder,
unless the revision still has them in git.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

#: A part of the contract, by the name under which it is compared.
Facts = Mapping[str, object]


def files_at(revision: str, *places: str) -> dict[str, str]:
    """Return the text of every JSON and Python file below these places, at a revision (`HEAD`: the current commit)."""
    listed = _git("ls-tree", "-r", "--name-only", revision, "--", *places).splitlines()
    return {path: _git("show", f"{revision}:{path}") for path in listed if path.endswith((".json", ".py"))}


def documents_at(revision: str, kind: str) -> dict[str, Any]:
    """Return the documents of a kind (`asyncapi`, `openapi`) at a revision, parsed, by their file names."""
    kept = files_at(revision, f"docs/{kind}") or _built_at(revision)
    return {
        PurePosixPath(path).name: json.loads(text)
        for path, text in kept.items()
        if PurePosixPath(path).parent.name == kind
    }


@cache
def _built_at(revision: str) -> Mapping[str, str]:
    """Generate the documents of a revision that does not have them in git.

    Its source runs with the packages of this checkout. Raises `subprocess.CalledProcessError` if it cannot.
    """
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", revision], capture_output=True, check=True).stdout
        subprocess.run(["tar", "--extract", "--directory", folder], input=archive, check=True)
        program = [sys.executable, "-W", "ignore", "-m", "deploy.documents"]
        environment = {**os.environ, "PYTHONPATH": folder}
        subprocess.run(program, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
        built = Path(folder) / "build/documents"
        return {path.relative_to(folder).as_posix(): path.read_text() for path in built.rglob("*.json")}


def contract_samples(revision: str) -> Facts:
    """Return each kept sample, parsed: the order of its fields is no part of the contract."""
    texts = files_at(revision, "tests/contracts")
    return {path: json.loads(text) for path, text in texts.items() if path.endswith(".json")}


def asyncapi_documents(revision: str) -> Facts:
    """Return each AsyncAPI document, parsed, without the general description of its service."""
    documents: dict[str, Any] = documents_at(revision, "asyncapi")
    for document in documents.values():
        document["info"].pop("description")
    return documents


def routes(revision: str) -> Facts:
    """Return what each route takes: its parameters, and the fields of its body with their types."""
    operations_by_name: dict[str, object] = {}
    for path, document in documents_at(revision, "openapi").items():
        for address, operations in document["paths"].items():
            for method, operation in operations.items():
                name = f"{PurePosixPath(path).stem} {method.upper()} {address}"
                operations_by_name[name] = [_parameters(operation, document), sorted(_body_fields(operation, document))]
    return operations_by_name


def migrations(revision: str) -> Facts:
    """Return the statements of each migration by its name, independent of the file's location."""
    texts = files_at(revision, "shared", "services")
    name = re.compile(r"/migrations/(?:.*/)?(\w+_\d+)\.py$")
    matches = {path: name.search(path) for path in texts}
    return {match[1]: _statements(texts[path]) for path, match in matches.items() if match is not None}


def _statements(text: str) -> list[str]:
    """Return the lines of a migration that are neither comments nor imports."""
    return [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "import", "from"))
    ]


def _parameters(operation: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    parameters = (_resolved(parameter, document) for parameter in operation.get("parameters", ()))
    return sorted(f"{parameter['in']} {parameter['name']} {parameter['required']}" for parameter in parameters)


def _body_fields(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    for content_type, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = _resolved(content["schema"], document)
        required = schema.get("required", ())
        for name in schema.get("properties", {}):
            yield f"{content_type} {name} {'required' if name in required else 'optional'}"


def _resolved(part: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in part:
        return part
    target: Mapping[str, Any] = document
    for step in part["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return target


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout


PARTS: Mapping[str, Callable[[str], Facts]] = {
    "contract samples": contract_samples,
    "AsyncAPI documents": asyncapi_documents,
    "routes": routes,
    "migrations": migrations,
}


def compare(before: str, after: str = "HEAD") -> bool:
    """Print the differences of each part; return whether nothing is gone or changed."""
    is_same = True
    for part, read in PARTS.items():
        old, new = read(before), read(after)
        gone = sorted(set(old) - set(new))
        changed = sorted(name for name in set(old) & set(new) if old[name] != new[name])
        added = sorted(set(new) - set(old))
        sys.stdout.write(f"{part}: {len(old)} before, {len(gone)} gone, {len(changed)} changed, {len(added)} new\n")
        for kind, names in (("gone", gone), ("changed", changed), ("new", added)):
            sys.stdout.writelines(f"  {kind}: {name}\n" for name in names)
        is_same = is_same and not gone and not changed
    return is_same


if __name__ == "__main__":
    sys.exit(0 if compare(sys.argv[1]) else 1)
