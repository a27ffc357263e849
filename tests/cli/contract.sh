#!/bin/sh
# Usage: contract.sh CHECKER PROGRAM CHECK…
checker=$1
shift
if [ ! -e "$checker" ]; then
    echo "skipped: no ../shared"
    exit 77
fi
exec /usr/bin/python3 "$checker" "$@"
