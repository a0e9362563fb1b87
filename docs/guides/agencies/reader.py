"""Follow a service's feed: `TOKEN=… python reader.py http://127.0.0.1:8101 cursor.json`. Explained in feed.md."""

import json
import os
import sys
import time
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

url, cursor_file, pause = sys.argv[1], Path(sys.argv[2]), float(os.environ.get("PAUSE", "2"))
headers = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
at = json.loads(cursor_file.read_text()) if cursor_file.exists() else {"position": 0, "epoch": None}
while True:
    try:
        with urlopen(Request(f"{url}/v1/events?after={at['position']}", headers=headers), timeout=10) as answer:
            lives = [life.strip().split("@") for life in answer.headers["Casepath-Epochs"].split(",")]
            head, events = int(answer.headers["Casepath-Head"]), json.load(answer)
    except (OSError, HTTPException) as error:  # unavailable, restarting or busy: retry, no event is lost
        if isinstance(error, HTTPError) and error.code in (400, 401, 403, 404):
            sys.exit(f"Refused ({error.code}): a new token is needed after an hour, and the role must read the feed.")
        print(f"Away ({type(error).__name__}); asking again.", file=sys.stderr)
        time.sleep(pause)
        continue
    epochs = [epoch for epoch, _ in lives]
    later = lives[epochs.index(at["epoch"]) + 1 :] if at["epoch"] in epochs else lives
    agreed = min([at["position"], *(int(after) for _, after in later)])
    if agreed < at["position"]:
        sys.exit(f"The service was restored: go back to {agreed}, and forget what you made of later events.")
    for event in events:
        print(json.dumps(event), flush=True)  # process the event here
        at = {"position": int(event["sequence"]), "epoch": event["logepoch"]}
        cursor_file.with_suffix(".new").write_text(json.dumps(at))
        cursor_file.with_suffix(".new").replace(cursor_file)  # an atomic write
    if at["position"] >= head:
        time.sleep(pause)
