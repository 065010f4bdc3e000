# A unit that starts and dies is seen a moment later.
start() { systemctl restart -- "$1" && sleep 2 && systemctl is-active -q -- "$1"; }
