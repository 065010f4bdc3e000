# A restart of a container would not read the file again.
g=$1 c=$2
shift 2
engine() { if docker compose version >/dev/null 2>&1; then docker compose "$@"; else docker-compose "$@"; fi; }
start() { cd "$g" && engine -f "$c" up -d --no-deps --force-recreate "$1" >/dev/null 2>&1; }
