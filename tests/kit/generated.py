"""Clients that a public generator creates from the services' OpenAPI documents, and a user who calls them."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from deploy.cli.api import Targets
from deploy.documents.description import describe


def generate(service: str, folder: Path) -> Path:
    """Generate a service's client as a package in a folder; any warning of the generator is an error."""
    document, settings, package = folder / f"{service}.json", folder / "generator.json", folder / f"{service}_client"
    document.write_text(json.dumps(describe(service)["openapi"]), encoding="utf-8")
    settings.write_text(json.dumps({"post_hooks": []}), encoding="utf-8")
    generated = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--path", document, "--meta", "none"),
            *("--output-path", package, "--config", settings, "--fail-on-warning"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert generated.returncode == 0, generated.stdout + generated.stderr
    return package


class GeneratedClient:
    """The generated client of a running service, with a user's token.

    `client.create("record_advice", case=case, body={...})` returns the response as the model that the document
    promises; the generator's own modules do all the rest.
    """

    def __init__(self, service: str, folder: Path, targets: Targets, roles: Iterable[str], subject: str) -> None:
        """Generate, import and sign in."""
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
        self._folder = generate(service, folder)
        # The services run on this machine: ignore the proxies of the environment.
        self._client = self._module("client").AuthenticatedClient(
            base_url=targets.urls[service], token=targets.token(roles, subject), httpx_args={"trust_env": False}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.get_httpx_client().close()

    def call(self, operation: str, **arguments: Any) -> Any:
        """Return the parsed response of an operation. Its `body` is a mapping, which becomes the request model."""
        reply = self._sent(operation, arguments)
        assert reply.status_code < HTTPStatus.MULTIPLE_CHOICES, reply.content
        return reply.parsed

    def create(self, operation: str, **arguments: Any) -> Any:
        """Return the parsed response of an operation that takes an Idempotency-Key."""
        return self.call(operation, idempotency_key=str(uuid4()), **arguments)

    def answered(self, operation: str, **arguments: Any) -> bool:
        """Return whether an operation succeeds."""
        return bool(self._sent(operation, arguments).status_code < HTTPStatus.MULTIPLE_CHOICES)

    def _sent(self, name: str, arguments: dict[str, Any]) -> Any:
        ask = self._operation(name).sync_detailed
        if "body" in arguments:
            body = ask.__annotations__["body"].from_dict(arguments["body"])
            arguments = {**arguments, "body": body}
        return ask(client=self._client, **arguments)

    def _operation(self, name: str) -> Any:
        """Return the module of an operation; the generator puts it under one of its topics."""
        [module] = (self._folder / "api").glob(f"*/{name}.py")
        return self._module(f"api.{module.parent.name}.{name}")

    def _module(self, name: str) -> Any:
        return importlib.import_module(f"{self._folder.name}.{name}")
