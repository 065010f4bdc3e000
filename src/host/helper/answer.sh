# ---- what an address of this machine answers ----

most_answer=65536
next_line='
'

# an http address of this machine's own loopback, and nothing in it that a program could take for something else
own_address() {
  case $1 in http://*) ;; *) refuse 'a health check must be http' ;; esac
  case $1 in *[!A-Za-z0-9:/._?=\&%~@+,\;\[\]-]*) refuse 'a health check has a bad address' ;; esac
  place=${1#http://} place=${place%%[/?]*} port=''
  case $place in '[::1]') ;; *:*) port=${place##*:} place=${place%:*} ;; esac
  is_loopback "$place" && { [ -z "$port" ] || is_number "$port"; } || refuse 'a health check may only call this machine'
}

is_loopback() {
  case $1 in
    localhost | '[::1]') ;;
    127.*.*.*.* | 127.*[!0-9.]*) return 1 ;;
    127.?*.?*.?*) ;;
    *) return 1 ;;
  esac
}

seconds_of() { printf '%s.%03d' $(($1 / 1000)) $(($1 % 1000)); }

# seconds, then what wget takes: GNU's has more to switch off, and busybox may be built without a limit of its own
fetch() {
  seconds=$1
  shift
  if wget --help 2>&1 | grep -q max-redirect; then
    wget --max-redirect=0 --no-proxy -t 1 -T "$seconds" -S -q "$@"
  elif command -v timeout >/dev/null; then
    timeout "$seconds" wget -S -q "$@"
  else
    wget -T "$seconds" -S -q "$@"
  fi
}

# method url milliseconds; prints the status in a line of its own, then the beginning of a JSON object
ask() {
  if command -v curl >/dev/null; then
    [ "$1" = GET ] || set -- "$@" -H 'Content-Length: 0'
    method=$1 url=$2 wait=$(seconds_of "$3")
    shift 3
    curl -q -g -s -i -X "$method" "$@" --noproxy '*' --max-time "$wait" -- "$url" 2>/dev/null
  else
    [ "$1" = GET ] || set -- "$@" --post-data ''
    url=$2 wait=$((($3 + 999) / 1000))
    shift 3
    fetch "$wait" "$@" -O - "$url" 2>&1
  fi </dev/null | head -c "$most_answer" | tr -d '\000\r' | awk '
    !status && sub(/^ *HTTP\/[0-9.]+ /, "") { print substr($0, 1, 3); status = 1; next }
    /^[ \t]*[{]/ { body = 1 }
    body'
}

# path, JSON on stdin; prints the value of that member as it is written there, where it is a plain one. a.b is b inside a
member() {
  tr '\n\t' '  ' | sed 's/\\./_/g' | grep -oE '"[^"]*"|[]{}:,[]|[^]{}:,[" ]+' | awk -v path="$1" '
    function here(   at, text) {
      for (at = 1; at <= depth; at++) {
        if (list[at]) return ""
        text = text (at > 1 ? "." : "") name[at]
      }
      return text
    }
    $0 == "{" || $0 == "[" { depth++; list[depth] = value = $0 == "["; name[depth] = ""; next }
    $0 == "}" || $0 == "]" { if (depth > 0) depth--; next }
    $0 == ":" { value = 1; next }
    $0 == "," { value = list[depth]; next }
    !value { name[depth] = substr($0, 2, length($0) - 2); next }
    # deeper than any path that can be asked for
    depth > 10 { next }
    here() == path { found = $0 }
    END { print found }'
}
