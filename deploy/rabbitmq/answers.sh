#!/usr/bin/env bash
# Check that a broker answers: `answers.sh [HOST [PORT]]` sends the header of AMQP 0-9-1 and expects a method frame
# (Connection.Start). An open port is not enough: a broken broker accepts connections and closes each at once.
set -u
exec 3<>"/dev/tcp/${1:-127.0.0.1}/${2:-5672}" || exit 1
printf 'AMQP\0\0\11\1' >&3 || exit 1
[ "$(timeout 3 dd bs=8192 count=1 2>/dev/null <&3 | od -A n -t x1 -N 1)" = " 01" ]
