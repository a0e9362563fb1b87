"""Report the lines of a file: `CASEPATH_KEY=… python report.py http://127.0.0.1:8104 reports.jsonl rejects.jsonl`.

You can start it again, also after an interruption: each line has an id, so no report is sent twice.
"""

import json
import os
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

AT_ONCE, UNREADABLE, BUSY = 50, 422, (429, 503)
url, file, rejects = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])


def post(reports: list[dict]) -> dict:
    """Send reports. Return the result of each, or the problem document of the call."""
    body = json.dumps({"reports": reports})
    headers = {
        "Authorization": f"Bearer {os.environ['CASEPATH_KEY']}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid5(uuid.NAMESPACE_URL, body)),
    }
    while True:
        try:
            with urlopen(Request(f"{url}/v1/agency/report-batches", body.encode(), headers), timeout=60) as reply:
                return json.load(reply)
        except HTTPError as refused:
            if refused.code == UNREADABLE:
                return json.load(refused)
            if refused.code not in BUSY:
                raise
            time.sleep(int(refused.headers.get("Retry-After", "2")))


def refused(lines: list[tuple[int, dict]]) -> Iterator[dict]:
    """Send numbered reports and yield the refused ones. An invalid line does not stop the others."""
    while lines:
        answer = post([report for _, report in lines])
        if "reports" in answer:
            for (number, _), became in zip(lines, answer["reports"], strict=True):
                if became["status"] == "refused":
                    yield {"line": number, **became["problem"]}
            return
        errors = {int(error["field"].split(".")[1]): error for error in answer["errors"]}
        for place, error in errors.items():
            yield {"line": lines[place][0], "type": answer["type"], **error}
        lines = [line for place, line in enumerate(lines) if place not in errors]


reports = enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
waiting = [(number, json.loads(line)) for number, line in reports if line.strip()]
with rejects.open("w", encoding="utf-8") as out:
    for first in range(0, len(waiting), AT_ONCE):
        for reject in refused(waiting[first : first + AT_ONCE]):
            out.write(json.dumps(reject) + "\n")
