"""Follow your agency's stream: `CASEPATH_KEY=… python subscriber.py http://127.0.0.1:8104 position` (agencies.md)."""

import os
import sys
import time
from pathlib import Path

import requests
from cloudevents.v1.http import from_dict

url, kept = sys.argv[1], Path(sys.argv[2])
position = int(kept.read_text()) if kept.exists() else 0
while True:
    headers = {"Authorization": f"Bearer {os.environ['CASEPATH_KEY']}"}
    answer = requests.get(f"{url}/v1/feed", params={"after": position}, headers=headers, timeout=10)
    answer.raise_for_status()
    for event in map(from_dict, answer.json()):
        print(event["sequence"], event["type"], event.data, flush=True)  # your work comes here
        position = int(event["sequence"])
        kept.write_text(str(position))
    time.sleep(float(os.environ.get("PAUSE", "2")))
