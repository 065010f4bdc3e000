# What the bootstrap script is made of. Each function looks first and sets changed only where it did something; files come
# into place by a rename, so that a run that is cut leaves the old or the new one.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 022
step=- changed='' reload=''
trap 'code=$?; [ "$code" -eq 0 ] || echo "keyturn-step $step failed"' EXIT
die() { echo "$*" >&2; exit 1; }
begin() { step=$1 changed=''; }
end() { echo "keyturn-step $step ${changed:-ok}"; }
[ "$(id -u)" = 0 ] || die 'this needs root'

folder() { # path owner group mode
  [ ! -L "$1" ] || die "$1 is a link"
  [ -d "$1" ] || { mkdir -p "$1"; changed=changed; }
  # from inside: whoever owns a folder above could put a link to /etc in its place after any look at it
  above=$(cd -P "${1%/*}/" && pwd -P)
  cd -P "$1"
  [ "$(pwd -P)" = "${above%/}/${1##*/}" ] || die "$1 is a link"
  [ "$(stat -c %U:%G .)" = "$2:$3" ] || { chown "$2:$3" .; changed=changed; }
  [ "$(stat -c %a .)" = "${4#0}" ] || { chmod "$4" .; changed=changed; }
  cd /
}

file() { # path mode, content on stdin
  cat >"$1.keyturn-new"
  chmod "$2" "$1.keyturn-new"
  if [ ! -L "$1" ] && [ "$(stat -c %u:%a "$1" 2>/dev/null)" = "0:${2#0}" ] && cmp -s "$1" "$1.keyturn-new"; then
    rm "$1.keyturn-new"
    return
  fi
  sync
  mv -f "$1.keyturn-new" "$1"
  changed=changed
  case $1 in /etc/systemd/*) reload=yes ;; esac
}

service_user() { # name home
  ! id -u "$1" >/dev/null 2>&1 || return 0
  shell=/usr/sbin/nologin
  [ -x "$shell" ] || shell=/bin/false
  if command -v useradd >/dev/null; then
    useradd --system --user-group --no-create-home --home-dir "${2:-/nonexistent}" --shell "$shell" "$1"
  else
    adduser -S -D -H -h "${2:-/nonexistent}" -s "$shell" "$1"
  fi
  changed=changed
}

allow() { # path, ids that are replaced, their lines on stdin
  { [ ! -f "$1" ] || awk -v ids="$2" 'BEGIN { n = split(ids, list, " "); for (i = 1; i <= n; i++) ours[list[i]] = 1 } !($2 in ours)' "$1"
    cat; } >"$1.merged"
  file "$1" 644 <"$1.merged"
  rm "$1.merged"
}

take_over() { # state folder of a target, its mark as it was shown
  [ -f "$1/controller" ] || return 0
  [ "$(cat "$1/controller")" = "$2" ] || die "${1##*/} has another owner by now than was shown"
  (
    if command -v flock >/dev/null; then exec 9>>"$1/lock" && flock -n 9
    else holder=$(readlink "$1/lock.link") || holder=''; [ -z "$holder" ] || [ ! -d "/proc/${holder%.*}" ]
    fi && rm -f "$1/controller"
  ) || die "${1##*/} is being changed by another run"
  changed=changed
}

sudo_rule() { # path user, rule on stdin
  id -u "$2" >/dev/null 2>&1 || die "there is no user $2 to log in as"
  command -v visudo >/dev/null || die 'sudo is not installed'
  cat >"$1.checked"
  chmod 440 "$1.checked"
  visudo -cqf "$1.checked" || { rm "$1.checked"; die 'sudo does not accept the rule'; }
  file "$1" 440 <"$1.checked"
  rm "$1.checked"
}

reload_units() {
  # an earlier run may have been cut between the files and this
  [ -n "$reload" ] || systemctl show -p NeedDaemonReload --value '*' 2>/dev/null | grep -q yes || return 0
  systemctl daemon-reload
  changed=changed
}

enable_unit() {
  case $(systemctl is-enabled -- "$1" 2>/dev/null || :) in enabled | static | generated | alias | indirect) return ;; esac
  systemctl --quiet enable -- "$1"
  changed=changed
}
