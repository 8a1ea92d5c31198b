#!/bin/sh
# written by hacc: what tproxy.nft marked is delivered on this machine, whatever address it bears
# usage: tproxy-routes.sh [start|stop]      start may be repeated
set -eu

mark=0x1 table=100

families() {
    echo "-4 0.0.0.0/0"
    if [ -e /proc/net/if_inet6 ]; then echo "-6 ::/0"; fi
}

case ${1:-start} in
start)
    families | while read -r family everything; do
        ip "$family" route replace local "$everything" dev lo table "$table"
        if [ -z "$(ip "$family" rule list fwmark "$mark" table "$table")" ]; then
            ip "$family" rule add fwmark "$mark" table "$table"
        fi
    done
    ;;
stop)
    families | while read -r family everything; do
        ip "$family" rule del fwmark "$mark" table "$table" 2>/dev/null || true
        ip "$family" route del local "$everything" dev lo table "$table" 2>/dev/null || true
    done
    ;;
*)
    echo "usage: $0 [start|stop]" >&2
    exit 2
    ;;
esac
