"""A browser of one page, as `BROWSER` names it: signs in at the provider of a test, and goes where it is sent.

    BROWSER="python tests/kit/browser.py" CASEPATH_TEST_SIGN_IN=user:password ./casepath login

Whoever signs in has a session there first, where the provider asks for a password (glewlwyd).
"""

import os
import sys
from urllib.parse import urlsplit

import requests

TIMEOUT_SECONDS = 20


def main() -> None:
    """Open the address that was handed over."""
    address = sys.argv[1]
    session = requests.Session()
    session.trust_env = False
    session.verify = os.environ.get("CASEPATH_TEST_AUTHORITY") or True
    user, _, password = os.environ.get("CASEPATH_TEST_SIGN_IN", "").partition(":")
    if user:
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}/api/auth/"
        session.post(site, json={"username": user, "password": password}, timeout=TIMEOUT_SECONDS).raise_for_status()
        address += "&g_continue=1"
    session.get(address, timeout=TIMEOUT_SECONDS).raise_for_status()


if __name__ == "__main__":
    main()
