#!/usr/bin/env bash
# Whether a broker begins to talk: `answers.sh [HOST [PORT]]` sends the header of AMQP 0-9-1, and expects the first byte
# of Connection.Start, a method frame. That a port takes connections says nothing: one that ends each at once does too.
set -u
host=${1:-127.0.0.1} port=${2:-5672}
exec 3<>"/dev/tcp/$host/$port" || exit 1
printf 'AMQP\0\0\11\1' >&3 || exit 1
IFS= read -r -n 1 -t 3 first <&3 || exit 1
[ "$first" = $'\1' ]
