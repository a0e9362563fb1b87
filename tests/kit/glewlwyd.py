"""An identity provider from Debian's packages: glewlwyd with its own database and TLS, as an operator configures it.

It signs access tokens as RFC 9068 has them. The settings are those of docs/guides/operate/identity.md.
"""

import gzip
import json
import re
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from joserfc.jwk import RSAKey

from deploy.cli.servers import free_ports
from tests.kit import certificates
from tests.kit.issuer import AUDIENCE, CLIENT, rsa_key
from tests.kit.waiting import wait_until

TABLES = Path("/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz")
#: The template from which the package creates its settings, whether or not it was asked to. Where it puts the settings
#: depends on the other packages.
USUAL = Path("/usr/share/glewlwyd/templates/glewlwyd-debian.conf.properties")
PLUGIN = "casework"
_TIMEOUT_SECONDS = 60
#: The package's default.
_ADMINISTRATOR = {"username": "admin", "password": "password"}


def lacking() -> str | None:
    """Return why the provider is unavailable on this machine; None if it is available."""
    if shutil.which("glewlwyd") is None:
        return "glewlwyd is not installed (.ci/install-provider installs it, as root, on Debian)"
    if not TABLES.exists() or not USUAL.exists():
        return "glewlwyd's tables or settings are not where Debian has them"
    return None


@dataclass
class Glewlwyd:
    """The provider of one installation, its users and its key. Nothing runs before `start`."""

    folder: Path
    port: int
    #: The port of this machine to which `./casepath login` redirects the browser.
    login_port: int
    #: The address of this machine at which browsers and services reach it.
    host: str = "127.0.0.1"
    #: The scope that clients request for access tokens. The provider writes it into them as their audience.
    scope: str = AUDIENCE
    key: RSAKey = field(default_factory=rsa_key)
    #: The clients to which users have consented.
    _clients: tuple[str, ...] = (CLIENT,)
    _process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.authority, certificate = certificates.made(self.folder, self.host)
        self._database = self.folder / "glewlwyd.sqlite3"
        with closing(sqlite3.connect(self._database)) as database, database:
            database.executescript(gzip.decompress(TABLES.read_bytes()).decode())
        # Its file reader expects the key in a separate file.
        secret, public = (self.folder / f"server-{name}.pem" for name in ("key", "certificate"))
        text = certificate.read_text()
        public.write_text(text[: text.index("-----BEGIN PRIVATE KEY")])
        secret.write_text(text[text.index("-----BEGIN PRIVATE KEY") :])
        self._settings = self.folder / "glewlwyd.conf"
        self._settings.write_text(self._configured(secret, public))

    @property
    def issuer(self) -> str:
        """Return the issuer that its tokens name."""
        return f"{self._site}/api/{PLUGIN}"

    @property
    def _site(self) -> str:
        return f"https://{self.host}:{self.port}"

    def _configured(self, secret: Path, public: Path) -> str:
        """Return the package's default settings with our port, log, certificate and database."""
        own = {
            "port": str(self.port),
            "external_url": json.dumps(self._site),
            "log_mode": '"console"',
            "use_secure_connection": "true",
            "secure_connection_key_file": json.dumps(str(secret)),
            "secure_connection_pem_file": json.dumps(str(public)),
        }
        text = USUAL.read_text(encoding="utf-8")
        for name, value in own.items():
            text, count = re.subn(rf"(?m)^{name}\s*=.*$", f"{name}={value}", text)
            assert count == 1, f"glewlwyd's settings have {name} once"
        text = re.sub(r"(?m)^(@include|secure_connection_ca_file).*$", "", text)
        return f'{text}\ndatabase = {{ type = "sqlite3"; path = "{self._database}"; }};\n'

    def start(self) -> None:
        """Start the provider, and return when it answers."""
        with (self.folder / "glewlwyd.log").open("ab") as log:
            command = ["glewlwyd", f"--config-file={self._settings}"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(self._answers, "glewlwyd answers")

    def stop(self) -> None:
        """Stop the provider."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_TIMEOUT_SECONDS)
            self._process = None

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self._site}/config", timeout=_TIMEOUT_SECONDS, verify=str(self.authority)).ok
        except requests.RequestException:
            return False

    def set_up(self) -> None:
        """Configure it as an operator does: the provider itself, one scope, and the command as a client."""
        self._put("POST", "/mod/plugin/", {"module": "oidc", "name": PLUGIN, "display_name": "x", **self._parameters()})
        words = {"display_name": "Casepath", "description": "Casepath", "password_required": True}
        self._put("POST", "/scope/", {"name": AUDIENCE, "password_max_age": 0, "scheme": {}, **words})
        client = {"client_id": CLIENT, "name": CLIENT, "confidential": False, "enabled": True, "scope": []}
        ways = {"authorization_type": ["code", "device_authorization"], "token_endpoint_auth_method": ["none"]}
        self._put("POST", "/client/", {**client, **ways, "redirect_uri": [f"http://127.0.0.1:{self.login_port}/"]})

    def add_desk(self, client: str, address: str) -> None:
        """Register the desk at this address as a client, as docs/guides/operate/desk.md describes."""
        known = {"client_id": client, "name": client, "confidential": False, "enabled": True, "scope": []}
        ways = {"authorization_type": ["code"], "token_endpoint_auth_method": ["none"]}
        self._put("POST", "/client/", {**known, **ways, "redirect_uri": [f"{address}/signed-in"]})
        self._clients += (client,)

    def rotate(self) -> None:
        """Sign with a new key, and stop publishing the previous one."""
        self.key = rsa_key()
        self._put("PUT", f"/mod/plugin/{PLUGIN}", {"display_name": "x", **self._parameters()})
        self._put("PUT", f"/mod/plugin/{PLUGIN}/reset", {})

    def add_person(self, name: str) -> str:
        """Add a fictitious user who may sign in to this installation; returns their password."""
        password = secrets.token_urlsafe(12)
        person = {"username": name, "name": "Fictitious", "enabled": True, "scope": [AUDIENCE, "openid"]}
        self._put("POST", "/user/", {**person, "password": password})
        with self._session({"username": name, "password": password}) as session:
            for client in self._clients:
                granted = session.put(f"{self._site}/api/auth/grant/{client}", json={"scope": self.scope})
                granted.raise_for_status()
        return password

    def by_device(self, name: str, password: str) -> str:
        """Return the access token of a user who signs in with another device (RFC 8628), for lack of a browser."""
        with requests.Session() as device:
            device.trust_env, device.verify = False, str(self.authority)
            asked = device.post(f"{self.issuer}/device_authorization", data={"client_id": CLIENT, "scope": self.scope})
            shown = asked.json()
            with self._session({"username": name, "password": password}) as session:
                code = {"code": shown["user_code"], "g_continue": "1"}
                entered = session.get(
                    f"{self.issuer}/device", params=code, allow_redirects=False, timeout=_TIMEOUT_SECONDS
                )
                assert entered.headers["Location"].endswith("prompt=deviceComplete"), "its own page would say so"
            polled = {
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
                "device_code": shown["device_code"],
                "client_id": CLIENT,
            }
            reply = device.post(f"{self.issuer}/token", data=polled, timeout=_TIMEOUT_SECONDS)
            reply.raise_for_status()
            token: str = reply.json()["access_token"]
            return token

    def _parameters(self) -> dict[str, Any]:
        key = {**self.key.as_dict(private=True), "alg": "RS256"}
        return {
            "parameters": {
                "iss": self.issuer,
                "jwt-type": "rsa",
                "jwt-key-size": "256",
                "jwks-private": json.dumps({"keys": [key]}),
                "default-kid": key["kid"],
                "access-token-duration": 3_600,
                "refresh-token-duration": 3_600,
                "code-duration": 60,
                "auth-type-code-enabled": True,
                "auth-type-device-enabled": True,
                "device-authorization-expiration": 60,
                "device-authorization-interval": 1,
                **{
                    f"auth-type-{kind}-enabled": False
                    for kind in ("token", "none", "password", "client", "refresh", "implicit")
                },
                # An access token without an ID token.
                "allow-non-oidc": True,
                "jwks-show": True,
                "pkce-allowed": True,
                "pkce-required": True,
                "subject-type": "public",
                "restrict-scope-client-property": "",
                "scope": [],
            }
        }

    def _put(self, method: str, path: str, document: dict[str, Any]) -> None:
        with self._session(_ADMINISTRATOR) as session:
            reply = session.request(method, f"{self._site}/api{path}", json=document, timeout=_TIMEOUT_SECONDS)
            assert reply.ok, f"{method} {path}: {reply.status_code} {reply.text}"

    @contextmanager
    def _session(self, who: dict[str, str]) -> Iterator[requests.Session]:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(self.authority)
            session.post(f"{self._site}/api/auth/", json=who, timeout=_TIMEOUT_SECONDS).raise_for_status()
            yield session


@contextmanager
def running(folder: Path, host: str = "127.0.0.1", scope: str = AUDIENCE) -> Iterator[Glewlwyd]:
    """Run a configured provider until the block ends."""
    port, login_port = free_ports(2)
    provider = Glewlwyd(folder, port, login_port, host, scope)
    try:
        provider.start()
        provider.set_up()
        yield provider
    finally:
        provider.stop()
