# The line for root's shell on a machine whose helper can't be reached; ../return-line.ts puts it together. Each line is a
# statement of its own without a single quote or a backslash: they are joined by semicolons, in single quotes.
exec </dev/null
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin HOME=/root LC_ALL=C
export PATH HOME LC_ALL
umask 077
i=$1 b=$2 f=$3 d=/var/lib/keyturn/$1
p=$d/previous r=$d/previous.record
tell() { echo "$i: $*"; }
no() { tell "nothing was changed: $*"; exit 1; }
ours() { [ -h "$1" ] && return 1; case $(stat -c %u:%a "$1") in 0:*[2367]? | 0:*[2367]) return 1 ;; 0:*) ;; *) return 1 ;; esac; }
field() { sed -n "s/^$1 //p" "$2" 2>/dev/null; }
sum() { sha256sum <"$1" | cut -c1-64; }
settle() { : >"$d/returned"; if [ -f "$r" ]; then mv -f "$r" "$d/record"; else rm -f "$d/record"; fi; rm -f "$p" "$d/staged"; flush "$d"; }
flush() { sync "$1" 2>/dev/null || sync; }
[ "$(id -u)" = 0 ] || no "this needs root"
[ -d "$d" ] && ours "$d" || no "$d is not there, or not of root alone"
if command -v flock >/dev/null; then exec 9>>"$d/lock"; flock -n 9 || no "Keyturn is at work here, try again"; fi
if [ -e "$p" ]; then :; elif [ -e "$d/returned" ]; then tell "the release before is back already"; exit 0; else no "nothing earlier is kept: its values were retired, or this is the first release"; fi
ours "$p" && [ -f "$p" ] || no "$p is not a plain file of root alone"
l=$(field release "$r")
case ,$b, in *,"$l",*) [ -z "$l" ] || no "values of $l were retired" ;; esac
