#!/bin/sh
# Follow your agency's stream with curl: `CASEPATH_KEY=… sh subscribe.sh http://127.0.0.1:8104 position` (agencies.md).
url=$1 kept=$2
while true; do
  position=$(cat "$kept" 2>/dev/null || echo 0)
  # Pass the key by standard input: other users of this machine can see the arguments of a command.
  if events=$(printf 'Authorization: Bearer %s' "$CASEPATH_KEY" |
      curl -sf --max-time 40 -H @- "$url/v1/feed?after=$position&wait=20"); then
    [ "$events" = "[]" ] && continue
    echo "$events" # process the event here
    echo "$events" | grep -o '"sequence":"[0-9]*"' | tail -n 1 | tr -dc 0-9 >"$kept"
  else
    echo "Asking again." >&2 # unavailable, restarting or busy: retry, no event is lost
    sleep 2
  fi
done
