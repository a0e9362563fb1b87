"""A production desk in Docker behind its proxy: `python -m tests.kit.desk_over_https` (`make desk-in-docker`).

It runs the commands of the documents: an identity provider (glewlwyd), a certificate for the proxy, an officer, a
caseworker and their first case. Then a browser without scripts signs in over TLS, opens the case and signs out.
"""

import re
import socket
import subprocess
import sys
import tempfile
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final

import requests

from deploy.cli.installation import CHECKOUT
from tests.kit import certificates, glewlwyd
from tests.kit.identity_page import OFFICER, WORKER, blocks, filled, signed_in, type_in

HOST, PORT, CLIENT = "desk.example.org", 8443, "casepath-desk"
ADDRESS: Final = f"https://{HOST}:{PORT}"
#: glewlwyd writes all scopes into the audience of an access token, and an ID token needs `openid`.
SCOPE: Final = "openid casepath"
TIMEOUT_SECONDS: Final = 30
COOKIE: Final = "__Host-session"


def main() -> int:
    """Start the installation, and test its desk."""
    listed = ["docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    gateway = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory() as name, glewlwyd.running(Path(name), gateway, SCOPE) as provider:
        provider.add_desk(CLIENT, ADDRESS)
        passwords = {person: provider.add_person(person) for person in (OFFICER, WORKER)}
        (Path(name) / "desk").mkdir()
        authority = start(provider, Path(name) / "desk")
        case = first_case(provider, passwords)
        desk = Browser(authority, provider, passwords[WORKER])
        desk.signs_in()
        desk.opens(f"/cases/{case}")
        desk.signs_out(f"/cases/{case}")
    sys.stdout.write(f"A case was shown at {ADDRESS}, and not after signing out.\n")
    return 0


def start(provider: glewlwyd.Glewlwyd, folder: Path) -> Path:
    """Write the installation's files and start it; return the authority of the proxy's certificate."""
    declared = {"--issuer": provider.issuer, "--audience": SCOPE, "--scope": SCOPE, "--client": "casepath-command"}
    options = {**declared, "--desk-client": CLIENT, "--certificates": str(provider.authority)}
    given = [text for option in options.items() for text in option]
    run("./casepath", "init", "--environment", "production", *given)
    authority, certificate = certificates.made(folder, "127.0.0.1", HOST)
    text = certificate.read_text(encoding="ascii")
    begins = text.index("-----BEGIN PRIVATE KEY")
    tls = CHECKOUT / "secrets" / "tls"
    tls.mkdir(mode=0o755, exist_ok=True)
    for name, part in (("chain.pem", text[:begins]), ("key.pem", text[begins:])):
        (tls / name).write_text(part, encoding="ascii")
        (tls / name).chmod(0o444)
    settings = {
        "COMPOSE_FILE": "docker-compose.yml:deploy/proxy.yml",
        "CASEPATH_WEB_DESK_ADDRESS": ADDRESS,
        "CASEPATH_PROXY_LISTEN": f"127.0.0.1:{PORT}",
    }
    with (CHECKOUT / ".env").open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in settings.items())
    run("docker", "compose", "build", "--quiet")
    run("docker", "compose", "up", "--detach", "--wait", "--quiet-pull")
    return authority


def first_case(provider: glewlwyd.Glewlwyd, passwords: dict[str, str]) -> str:
    """Register an officer and a caseworker, and open a case as the caseworker, with the page's commands."""
    values = {"ISSUER": provider.issuer, "AUTHORITY": str(provider.authority)}
    typed = [signed_in(filled(block, values, intake_port(), provider.login_port), passwords) for block in blocks()]
    up = [block.strip() for block in typed].index("./casepath up")
    shell = {
        "BROWSER": f"{sys.executable} {CHECKOUT / 'tests' / 'kit' / 'browser.py'} %s",
        "CASEPATH_TEST_AUTHORITY": str(provider.authority),
    }
    said = type_in(shell, [typed[0], *typed[up + 1 :]])
    found = re.findall(r'"id": ?"([0-9a-f-]{36})"', said)
    assert found, said
    return str(found[-1])


def intake_port() -> int:
    listed = run("docker", "compose", "port", "intake", "8101")
    return int(listed.rpartition(":")[2])


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


class Browser:
    """A browser without scripts that resolves the desk's host name to this machine."""

    def __init__(self, authority: Path, provider: glewlwyd.Glewlwyd, password: str) -> None:
        self.authority, self.provider, self.password = str(authority), provider, password
        self.session = requests.Session()
        self.session.trust_env = False
        _find_at_this_machine(HOST)

    def signs_in(self) -> None:
        """Sign in at the provider, and check the session's cookie."""
        page = self._get("/", 200)
        link = unescape(re.findall(r'href="(/sign-in\?[^"]*)"', page.text)[0])
        there = self._get(link, 303).headers["Location"]
        assert there.startswith(self.provider.issuer)
        options: dict[str, Any] = {"timeout": TIMEOUT_SECONDS, "verify": str(self.provider.authority)}
        site = f"https://{self.provider.host}:{self.provider.port}/api/auth/"
        who = {"username": WORKER, "password": self.password}
        self.session.post(site, json=who, **options).raise_for_status()
        back = self.session.get(f"{there}&g_continue=1", allow_redirects=False, **options).headers["Location"]
        assert back.startswith(f"{ADDRESS}/signed-in?"), back
        answer = self._get(back.removeprefix(ADDRESS), 303)
        cookies = SimpleCookie(answer.raw.headers.getlist("Set-Cookie")[0])
        assert COOKIE in cookies, answer.text
        cookie = cookies[COOKIE]
        told = {name: cookie[name] for name in ("secure", "httponly", "path", "domain", "samesite")}
        assert told == {"secure": True, "httponly": True, "path": "/", "domain": "", "samesite": "Lax"}

    def opens(self, path: str) -> None:
        """Open a page of the case, and check that neither a browser nor a proxy may store it."""
        page = self._get(path, 200)
        assert 'id="path"' in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert "max-age=" in page.headers["Strict-Transport-Security"]

    def signs_out(self, path: str) -> None:
        """Sign out, and check that the page of the case is no longer accessible."""
        token = re.findall(r'name="form_token" value="([^"]*)"', self._get(path, 200).text)[0]
        sent = self.session.post(
            f"{ADDRESS}/sign-out",
            {"form_token": token},
            allow_redirects=False,
            timeout=TIMEOUT_SECONDS,
            verify=self.authority,
        )
        assert sent.status_code == 303, sent.text
        assert COOKIE not in self.session.cookies.get_dict()
        assert 'id="path"' not in self._get(path, 401).text
        assert self._get("/health/ready", 404).status_code == 404, "the proxy does not show it"

    def _get(self, path: str, status: int) -> requests.Response:
        answer = self.session.get(
            f"{ADDRESS}{path}", allow_redirects=False, timeout=TIMEOUT_SECONDS, verify=self.authority
        )
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text}"
        return answer


def _find_at_this_machine(host: str) -> None:
    """Resolve a host to loopback in this process, like an entry in /etc/hosts."""
    find = socket.getaddrinfo

    def found(name: Any, *more: Any, **named: Any) -> Any:
        return find("127.0.0.1" if name == host else name, *more, **named)

    socket.getaddrinfo = found


if __name__ == "__main__":
    sys.exit(main())
