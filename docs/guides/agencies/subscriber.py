"""Follow your agency's stream: `CASEPATH_KEY=… python subscriber.py http://127.0.0.1:8104 position` (agencies.md)."""

import os
import sys
import time
from pathlib import Path

import requests
from cloudevents.v1.http import from_dict

url, kept = sys.argv[1], Path(sys.argv[2])
headers = {"Authorization": f"Bearer {os.environ['CASEPATH_KEY']}"}
while True:
    position = kept.read_text() if kept.exists() else "0"
    try:
        answer = requests.get(f"{url}/v1/feed", {"after": position, "wait": "20"}, headers=headers, timeout=40)
        answer.raise_for_status()
        for event in map(from_dict, answer.json()):
            print(event["sequence"], event["type"], event.data, flush=True)  # process the event here
            kept.write_text(event["sequence"])
    except requests.RequestException as error:  # unavailable, restarting or busy: retry, no event is lost
        print(f"Asking again: {error}", file=sys.stderr)
        time.sleep(2)
