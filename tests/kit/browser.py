"""A minimal browser for `BROWSER`: signs in at a test's identity provider and follows its redirects.

    BROWSER="python tests/kit/browser.py" CASEPATH_TEST_SIGN_IN=user:password ./casepath login

If the provider asks for a password (glewlwyd), the browser creates a session there first.
"""

import os
import sys
from urllib.parse import urlsplit

import requests

TIMEOUT_SECONDS = 20


def main() -> None:
    """Open the address in the command line."""
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
