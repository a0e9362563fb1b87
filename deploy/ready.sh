#!/usr/bin/env bash
# Whether a service is ready: `ready.sh PORT` asks for /health/ready, and expects 200. Bash opens the connection by
# itself: a Python at each look, every five seconds and in each container, would cost more than the service at rest.
set -u
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3 || exit 1
read -r -t 4 _version status _words <&3 || exit 1
# To the end: a server that is left in the middle of its answer has an error to report.
while read -r -t 4 _rest <&3; do :; done
[ "$status" = 200 ]
