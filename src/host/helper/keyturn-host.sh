#!/bin/sh
# keyturn-host: the only thing that Keyturn may run as root on this machine.
#
# It takes no arguments. Requests come on stdin, one a line, some followed by lines or by exactly as many bytes as they
# announce; answers go to stdout, one a line. A request names a target of the allowlist and nothing more: paths, owners,
# units and commands are read from there. Written for any POSIX sh (dash, busybox ash, bash); Linux only.
# Values pass through pipes, 0600 files and the shell's own memory, never through arguments or the environment.
#
# Most of its time goes into processes that it starts, 5 to 10 ms of a processor each: functions on the usual way set a
# variable, where one would print into `$(…)`, and ask one program once for all that it can tell.

PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
LC_ALL=C
export PATH LC_ALL
unset IFS ENV CDPATH TAR_OPTIONS GREP_OPTIONS POSIXLY_CORRECT WGETRC DOCKER_CONFIG COMPOSE_FILE COMPOSE_ENV_FILES
set -uf
umask 077

version=9
allowlist=/etc/keyturn/targets
state=/var/lib/keyturn
me=''
while read -r word _ uid _; do [ "$word" != Uid: ] || { me=$uid; break; }; done </proc/self/status
# docker looks for plugins there, and an old sudo leaves the caller's
[ "$me" != 0 ] || export HOME=/root
most_bytes=1048576 most_archive=1073741824 most_lines=10000
kind=hello id=- instance=- locked='' noted='' unspent='' reloaded='' partial='' dir='' reader='' booted=''
c_owner='' c_epoch=0 c_lease=0 c_head=-
attached='' attached_to='' fullblock='' checked=''

main() {
  trap 'leave' EXIT
  trap 'exit 1' HUP INT TERM PIPE
  digest_of_ours "$0"
  printf 'keyturn-host %s %s\n' "$version" "$digest"
  [ -f "$allowlist" ] || unprepared 'the allowlist is missing'
  [ -d "$state" ] || mkdir -p "$state" || unprepared 'the state folder can not be made'
  if ! are_ours "$allowlist" "$state"; then
    are_ours "$allowlist" || unprepared 'the allowlist must belong to root and be writable by root only'
    unprepared 'the state folder must belong to root and be writable by root only'
  fi
  while IFS=' ' read -r kind id rest; do
    instance=-
    case $kind in
      end) say bye; exit 0 ;;
      # here the second word is not a target but the owner
      controller) set_controller "$id" $rest ;;
      observe) load_target "$id"; observe ;;
      read) load_target "$id"; read_target ;;
      # here it is milliseconds
      search) search "$id" $rest ;;
      fence) load_target "$id"; lock; check_fence ;;
      attach | stage | swap | claim | drain | restart | verify | return | forget | sweep | prepare | publish)
        load_target "$id"; lock; check_fence; take_ownership; "do_$kind" $rest ;;
      *) malformed ;;
    esac
  done
}

# ---- answers ----

# nobody listens any more: the run was cancelled or its machine is gone, so nothing further is done for it
say() { printf '%s\n' "$*" || exit 1; }
done_() { say "done $kind $id $instance${1:+ $1}"; }
unchanged() { say "unchanged $kind $id $instance"; }
fail() { say "failed $kind $id $instance $*"; exit 0; }
refuse() { fail refused "$@"; }
unprepared() { say "unprepared $*"; exit 0; }
malformed() { say malformed; exit 1; }

leave() {
  end_worker
  [ -z "$partial" ] || rm -f "$partial"
  unlock
}

# ---- grammars: whatever comes from outside passes through one of these ----

is_word() { case $1 in '' | *[!A-Za-z0-9@._:\\/+-]*) return 1 ;; esac; }
is_name() { case $1 in '' | .* | -* | *[!A-Za-z0-9@._-]*) return 1 ;; esac; }
is_unit() { case $1 in '' | -* | *[!A-Za-z0-9@._:\\-]*) return 1 ;; esac; }
# a leading zero would make it octal
is_number() { case $1 in '' | 0?* | *[!0-9]* | ????????????????*) return 1 ;; esac; }
is_count() { is_number "$1" && [ "$1" -le "$most_lines" ]; }
is_hex() { case $1 in '' | *[!0-9a-f]*) return 1 ;; esac; }
is_digest() { is_hex "$1" && [ ${#1} -eq 64 ]; }
is_variable() { case $1 in '' | [0-9]* | *[!A-Za-z0-9_]*) return 1 ;; esac; }
is_mode() { case $1 in [0-7][0-7][0-7] | 0[0-7][0-7][0-7]) ;; *) return 1 ;; esac; }
is_path() {
  case $1 in /*) ;; *) return 1 ;; esac
  case $1/ in *[!A-Za-z0-9._/@+-]* | */../* | */./* | *//*) return 1 ;; esac
}
# a path that nobody else can exchange: every folder on it, as written and as it is, is root's and closed to others, and
# the last one belongs to who runs this; sets real, the path as it is
is_safe() {
  [ ! -L "$1" ] && cd -P "$1" 2>/dev/null && real=$PWD || { cd /; return 1; }
  cd /
  is_path "$real" || return 1
  walk=$1
  for at in "$1" "$real"; do
    while at=${at%/*}; do
      case " $walk " in *" ${at:-/} "*) ;; *) walk="$walk ${at:-/}" ;; esac
      [ -n "$at" ] || break
    done
  done
  set -- $(stat -L -c '%u %a' $walk 2>/dev/null)
  [ "${1:-}" = "$me" ] || return 1
  case $2 in *[2367]? | *[2367]) return 1 ;; esac
  while [ $# -gt 0 ]; do
    [ "$1" = 0 ] || [ "$1" = "$me" ] || return 1
    # in a sticky folder nobody moves what is another's
    case $2 in [1357]???) ;; *[2367]? | *[2367]) return 1 ;; esac
    shift 2
  done
}
# owned by who runs this (root), and written by nobody else
is_ours() { are_ours "$1"; }
are_ours() {
  for one; do [ ! -L "$one" ] || return 1; done
  many=$#
  set -- $(stat -c '%u %a' "$@" 2>/dev/null)
  [ $# -eq $((2 * many)) ] || return 1
  while [ $# -gt 0 ]; do
    [ "$1" = "$me" ] || return 1
    case $2 in *[2367]? | *[2367]) return 1 ;; esac
    shift 2
  done
}

# ---- the allowlist ----

# systemd ID FILE OWNER GROUP MODE UNITS          UNITS: instance=unit,…  with - for the only instance
# compose ID FILE OWNER GROUP MODE UNITS FOLDER COMPOSEFILE
# site ID PATH OWNER GROUP
# prepare ID INDEX USER FOLDER WORD…              words with \0ooo for all but plain letters
load_target() {
  is_name "$1" && [ ${#1} -le 400 ] || malformed
  runtime='' file='' owner='' group='' mode='' units='' project='' compose='' site=''
  while read -r a_kind a_id a b c d e f g; do
    [ "$a_id" = "$1" ] || continue
    case $a_kind in
      systemd | compose) runtime=$a_kind file=$a owner=$b group=$c mode=$d units=$e project=$f compose=$g ;;
      site) runtime=site site=$a owner=$b group=$c ;;
      *) continue ;;
    esac
    break
  done <"$allowlist"
  [ -n "$runtime" ] || { say "unlisted $1"; exit 0; }
  split_units
  is_name "$owner" && is_name "$group" || refuse 'the allowlist has a bad owner'
  if [ "$runtime" = site ]; then
    is_path "$site" || refuse 'the allowlist has a bad path'
  else
    is_path "$file" && is_mode "$mode" || refuse 'the allowlist has a bad path or mode'
    folder=${file%/*} staged=${file%/*}/.${file##*/}.keyturn-staged
    # services of one compose project may share a file: each stages its own
    [ "$runtime" != compose ] || staged=${file%/*}/.${file##*/}.$1.keyturn-staged
    for pair in $pairs; do is_unit "${pair#*=}" || refuse 'the allowlist has a bad unit'; done
  fi
  [ "$runtime" != compose ] || { is_path "$project" && is_path "/$compose"; } || refuse 'the allowlist has a bad compose project'
  dir=$state/$1
  plain_state
}

split_units() {
  IFS=,
  set -- $units
  unset IFS
  pairs=$*
}

# sets unit for the instance that the request names (- for the only one)
find_unit() {
  instance=${1:-}
  is_unit "x$instance" || malformed
  unit=''
  for pair in $pairs; do [ "${pair%%=*}" != "$instance" ] || unit=${pair#*=}; done
  [ -n "$unit" ] || fail unit-missing 'the allowlist has no such instance'
}

file_target() { [ "$runtime" != site ] || refuse 'the target has no file'; }

# ---- one controller at a time, and never an older one ----

set_controller() {
  [ $# -eq 4 ] && is_word "$1" && is_number "$2" && is_number "$3" && is_word "$4" || malformed
  c_owner=$1 c_epoch=$2 c_lease=$3 c_head=$4
}

lock() {
  [ "$locked" != "$id" ] || return 0
  unlock
  [ -d "$dir" ] || mkdir -p "$dir" || refuse 'the state folder can not be written'
  tries=0
  until try_lock; do
    tries=$((tries + 1))
    [ "$tries" -ne 3 ] || oust
    [ "$tries" -lt 20 ] || { say "busy $id"; exit 0; }
    nap
  done
  locked=$id
  find_start $$
  printf '%s %s %s %s %s\n' $$ "$start" "$c_owner" "$c_epoch" "$c_lease" >"$dir/lock"
  mend
}

# never emptied by who only tries: in it is who holds it
try_lock() {
  if command -v flock >/dev/null; then
    exec 9>>"$dir/lock"
    flock -n 9
    return
  fi
  # a link is made whole or not at all, and only where there is none
  find_start $$
  ln -s "$$.$start" "$dir/lock.link" 2>/dev/null && return
  holder=$(readlink "$dir/lock.link") || return 1
  find_start "${holder%.*}"
  [ "$start" != "${holder#*.}" ] || return 1
  # its holder was killed: moved away in one step, so that only one of several takers wins
  mv -f "$dir/lock.link" "$dir/lock.dead.$$" 2>/dev/null || return 1
  [ "$(readlink "$dir/lock.dead.$$")" = "$holder" ] || mv -f "$dir/lock.dead.$$" "$dir/lock.link"
  rm -f "$dir/lock.dead.$$"
  return 1
}

# Its controller was paused or cut off past its lease, and nobody tells it so: an older run of the same store ends behind
# the command that it is at.
oust() {
  read -r h_pid h_started h_owner h_epoch h_lease 2>/dev/null <"$dir/lock" || return 0
  is_number "$h_pid" && is_number "$h_epoch" && is_number "$h_lease" && [ "$h_owner" = "$c_owner" ] || return 0
  ! reaches "$h_epoch" "$h_lease" "$c_epoch" "$c_lease" || return 0
  find_start "$h_pid"
  [ "$start" != "$h_started" ] || kill "$h_pid" 2>/dev/null
}

# sets start, which tells a process from a later one with the same number; empty when it has ended
find_start() {
  start=''
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
  set -- ${stat##*) }
  case ${1:-Z} in Z | X) return ;; esac
  [ $# -lt 20 ] || { shift 19; start=$1; }
}

unlock() {
  [ -n "$locked" ] || return 0
  exec 9>&-
  rm -f "$state/$locked/lock.link"
  locked=''
}

# a swap that was killed between its two renames: the file is the new one, so is the record
mend() {
  for kept in "$dir"/record.tmp "$dir"/previous.tmp; do gone "$kept"; done
  [ "$runtime" != site ] && [ -f "$dir/staged" ] && [ ! -e "$staged" ] && [ -f "$file" ] || return 0
  digest_of "$file"
  read_record "$dir/staged"
  [ "$digest" != "$r_file" ] || mv -f "$dir/staged" "$dir/record"
}

# whether the first epoch and lease are no older than the second
reaches() { [ "$1" -ge "$3" ] && { [ "$1" -gt "$3" ] || [ "$2" -ge "$4" ]; }; }

check_fence() {
  [ -n "$c_owner" ] || malformed
  [ -f "$dir/controller" ] || return 0
  read -r o_owner o_epoch o_lease o_head <"$dir/controller"
  [ "$o_owner" = "$c_owner" ] && reaches "$c_epoch" "$c_lease" "$o_epoch" "$o_lease" && return 0
  say "fenced $id $o_owner $o_epoch $o_lease"
  exit 0
}

take_ownership() {
  case $kind in attach | stage | swap | claim | publish) ;; *) [ -f "$dir/controller" ] || return 0 ;; esac
  new="$c_owner $c_epoch $c_lease $c_head" old=''
  [ ! -f "$dir/controller" ] || read -r old <"$dir/controller"
  [ "$old" = "$new" ] || put "$dir/controller" "$new" || lost "$dir"
}
