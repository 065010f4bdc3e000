# ---- processes: what runs, and what it was given ----

# sets now: milliseconds since this machine was started
tell_now() {
  read -r now _ </proc/uptime
  now=${now%.*}${now#*.}0
}
# sets booted: when that was, milliseconds since 1970
find_boot() {
  [ -z "$booted" ] || return 0
  tell_now
  booted=$(($(date +%s) * 1000 - now))
}
nap() { sleep "${1:-0.2}" 2>/dev/null || sleep 1; }

# sets p_state p_sub p_pid p_start (new with every start) p_since p_ending for $unit
look() {
  know_nothing
  if [ "$runtime" = compose ]; then look_at_container; else look_at_unit; fi
}

know_nothing() {
  p_state=missing p_sub='' p_pid=0 p_start='' p_since='' p_ending='' p_result=''
  load='' active='' since=0 code='' status=''
}

unit_properties=LoadState,ActiveState,SubState,MainPID,InvocationID,Result,ExecMainStartTimestampMonotonic,ExecMainCode,ExecMainStatus

look_at_unit() {
  while IFS='=' read -r key value; do learn "$key" "$value"; done <<EOF
$(systemctl show -p "$unit_properties" -- "$unit" 2>/dev/null)
EOF
  conclude
}

learn() {
  case $1 in
    LoadState) load=$2 ;;
    ActiveState) active=$2 ;;
    SubState) p_sub=$2 ;;
    MainPID) p_pid=$2 ;;
    InvocationID) p_start=$2 ;;
    Result) p_result=$2 ;;
    ExecMainStartTimestampMonotonic) since=$2 ;;
    ExecMainCode) code=$2 ;;
    ExecMainStatus) status=$2 ;;
  esac
}

conclude() {
  case $load in '' | not-found | masked) return ;; esac
  case $active in
    active | reloading | refreshing) p_state=active ;;
    activating) p_state=starting ;;
    deactivating) p_state=stopping ;;
    inactive) p_state=inactive ;;
    *) p_state=failed ;;
  esac
  # 1 is exited, 2 and 3 are killed and dumped (siginfo's CLD_ codes)
  case $code in 1) p_ending="exit code $status" ;; 2 | 3) p_ending="signal $status" ;; esac
}

since_when() {
  [ "$since" -gt 0 ] || return 0
  find_boot
  p_since=$((booted + since / 1000))
}

look_at_container() {
  container=$(docker ps -aq --no-trunc --filter "label=com.docker.compose.project.working_dir=$project" \
    --filter "label=com.docker.compose.service=$unit" 2>/dev/null | head -n 1)
  if [ -z "$container" ]; then
    grep -Eq "^  $unit:" "$project/$compose" 2>/dev/null && p_state=inactive
    return
  fi
  p_start=$container
  read -r word p_pid status since <<EOF
$(docker inspect -f '{{.State.Status}} {{.State.Pid}} {{.State.ExitCode}} {{.State.StartedAt}}' "$container" 2>/dev/null)
EOF
  case $word in
    running) p_state=active p_start="$container.$p_pid" ;;
    created | restarting) p_state=starting p_sub=auto-restart ;;
    removing) p_state=stopping ;;
    paused) p_state=inactive ;;
    *) p_state=failed p_ending="exit code $status" ;;
  esac
  since=$(date -d "$since" +%s 2>/dev/null) && p_since=${since}000
}

# the process's environment in hex, ` 4b 3d 76 00` in lines of any length
environment() {
  if [ "$p_pid" -gt 0 ] && [ -r "/proc/$p_pid/environ" ]; then
    od -An -v -tx1 -N $((2 * most_bytes)) "/proc/$p_pid/environ" 2>/dev/null
  else raw_environment | od -An -v -tx1
  fi
}

# a process can say that its environment is all of its memory, and a container what it likes
raw_environment() {
  if [ -r "/proc/$p_pid/environ" ] && [ "$p_pid" -gt 0 ]; then cat "/proc/$p_pid/environ"
  else docker exec "${p_start%.*}" cat /proc/1/environ
  fi 2>/dev/null | head -c $((2 * most_bytes))
}

# of an environment in hex what a record names, ` 4b 3d 76` a variable: the record's salt, then a line each, sorted
recorded_lines='
  function keep(line,   at) {
    at = index(line, " 3d")
    if (at > 1 && substr(line, 1, at - 1) in want) kept[++count] = line
  }
  BEGIN { for (i = 32; i < 127; i++) hex[sprintf("%c", i)] = sprintf(" %02x", i) }
  FNR == NR {
    if ($1 == "salt") print $2
    if ($1 == "var") { name = ""; for (i = 1; i <= length($2); i++) name = name hex[substr($2, i, 1)]; want[name] = 1 }
    next
  }
  {
    rest = $0
    while (at = index(rest, " 00")) { keep(line substr(rest, 1, at - 1)); line = ""; rest = substr(rest, at + 3) }
    line = line rest
  }
  END {
    keep(line)
    for (gap = int(count / 2); gap > 0; gap = int(gap / 2))
      for (i = gap + 1; i <= count; i++) {
        line = kept[i]
        for (at = i; at > gap && kept[at - gap] > line; at -= gap) kept[at] = kept[at - gap]
        kept[at] = line
      }
    for (i = 1; i <= count; i++) print kept[i]
  }'

# what prints an environment has given every variable of a record its value
carries() {
  read_record "$1" || return 1
  found=$("$2" | awk "$recorded_lines" "$1" - | sha256sum)
  [ "${found%% *}" = "$r_whole" ]
}

# names of the record whose value it has not given: only digests are compared, only names come out
differing() {
  read_record "$1"
  has=$("$2" | awk "$recorded_lines" "$1" - | sed 1d | head -n "$most_lines" \
    | while IFS= read -r line; do printf '%s\n%s\n' "$r_salt" "$line" | sha256sum; done)
  while read -r word name digest; do
    [ "$word" = var ] || continue
    case $has in *"$digest"*) ;; *) printf '%s ' "$name" ;; esac
  done <"$1" | cut -c1-2000
}

# ---- restart and verify ----

note_start() { noted="$id/$instance=$p_start $noted"; }
note_starts() {
  find_invocations
  for pair in $pairs; do
    unit=${pair#*=} instance=${pair%%=*}
    p_start=${invocations%% *} invocations=${invocations#* }
    [ -n "$p_start" ] || look
    note_start
    unspent="$unspent $id/$instance"
  done
  instance=-
}
# sets invocations, one for each of the target's units and a space behind it; or to nothing. systemd keeps them as links,
# which cost a fifth of asking it
find_invocations() {
  invocations='' links=''
  [ "$runtime" = systemd ] || return 0
  for pair in $pairs; do links="$links /run/systemd/units/invocation:${pair#*=}"; done
  found=$(readlink $links 2>/dev/null) || return 0
  for one in $found; do invocations="$invocations$one "; done
}
# sets started_as: what was noted last
find_noted() {
  started_as=''
  for note in $noted; do [ "${note%%=*}" != "$id/$instance" ] || { started_as=${note#*=}; return; }; done
}
# what the swap of this stream has noted counts for the first restart behind it
spend_note() {
  kept='' spent=''
  for one in $unspent; do
    if [ "$one" = "$id/$instance" ]; then spent=yes; else kept="$kept $one"; fi
  done
  unspent=$kept
  [ -n "$spent" ]
}

do_restart() {
  file_target
  find_unit "${1:-}"
  case ${2:-} in restart | reload) action=$2 ;; *) malformed ;; esac
  if [ "$runtime" = compose ] || ! spend_note; then
    look
    [ "$p_state" != missing ] || fail unit-missing "there is no unit $unit"
    note_start
  fi
  [ "$runtime" != compose ] || safe_project
  if [ "$runtime" = compose ]; then recreate; else systemctl "$action" -- "$unit" </dev/null >/dev/null 2>&1 9>&-; fi
  ended=$?
  [ "$action" = restart ] || reloaded="$id/$instance $reloaded"
  [ "$ended" -eq 0 ] && { done_; return; }
  look
  [ "$p_state" != missing ] || fail unit-missing "there is no unit $unit"
  fail start-failed "$unit did not $action (${p_ending:-$runtime ended with $ended}${p_result:+, $p_result})"
}

# compose before 2 reads its files with python-dotenv; sets reader, once
find_reader() {
  [ -z "$reader" ] || return 0
  reader=compose
  docker compose version >/dev/null 2>&1 && return
  case $(docker-compose version --short 2>/dev/null </dev/null) in 0.* | 1.*) reader=python ;; esac
}

# whoever writes a compose file is root by way of the engine
safe_project() {
  place=$project/$compose
  [ -e "$place" ] || refuse "there is no $place"
  is_ours "$place" && is_safe "${place%/*}" || refuse 'the compose file and its folders must belong to root and be writable by root only'
}

# a restart of a container would not read the file again
recreate() (
  cd "$project" || exit 1
  set -- -f "$compose" up -d --no-deps --force-recreate "$unit"
  if docker compose version >/dev/null 2>&1; then docker compose "$@"; else docker-compose "$@"; fi </dev/null >/dev/null 2>&1 9>&-
)

# instance deadline count, then count lines of checks
do_verify() {
  file_target
  limit=${2:-} left=${3:-}
  is_number "$limit" && is_count "$left" || malformed
  checks=''
  while [ "$left" -gt 0 ] && read -r check; do
    checks="$checks$check
"
    left=$((left - 1))
  done
  find_unit "$1"
  tell_now
  begin=$now seen='' steady=0 deaths=0 same=0 pause=0.05
  while :; do
    trouble
    [ -n "$reason" ] || { done_; return; }
    tell_now
    [ "$final" = no ] && [ $((now - begin)) -lt "$limit" ] || break
    say waiting
    nap "$pause"
    # most are there at the second look
    [ $((now - begin)) -lt 300 ] || pause=0.2
  done
  [ "$deaths" -eq 0 ] || [ "$final" = yes ] || { reason=died detail="$unit started and died, again and again"; }
  [ "$reason" != environment-differs ] || detail="the process has other values of $(differing "$dir/record" environment | cut -c1-300)"
  fail "$reason" "$detail"
}

# sets reason and detail of what is not yet as it should be, or reason='' ; final=yes when waiting can't help
trouble() {
  reason='' detail='' final=no
  look
  case $p_state in
    missing) reason=unit-missing detail="there is no unit $unit" final=yes ;;
    failed | inactive) reason=died detail="$unit ended (${p_ending:-no exit code}${p_result:+, $p_result})" final=yes ;;
    starting | stopping) reason=timeout detail="$unit is still $p_state" ;;
  esac
  [ "$p_sub" != auto-restart ] || deaths=1
  [ -z "$reason" ] || { seen=''; return; }
  [ -z "$seen" ] || [ "$seen" = "$p_start.$p_pid" ] || deaths=1
  tell_now
  [ "$seen" = "$p_start.$p_pid" ] || { seen=$p_start.$p_pid steady=$now same=0; }
  find_start "$p_pid"
  begun=$start
  case " $reloaded" in *" $id/$instance "*) ;; *) stale && return ;; esac
  failing_check && return
  # where no check says more, a second of life counts as started
  [ -n "$checks" ] || [ $((now - steady)) -ge 1000 ] || { reason=timeout detail="$unit has only just started"; return; }
  find_start "$p_pid"
  [ -z "$start" ] || [ "$start" != "$begun" ] || return 0
  look
  [ "$seen" = "$p_start.$p_pid" ] || { reason=died detail="$unit ended while it was looked at"; }
}

stale() {
  find_noted
  [ -z "$started_as" ] || [ "$started_as" != "$p_start" ] || { reason=not-restarted detail="$unit is older than the file"; return 0; }
  [ -f "$dir/record" ] && [ "$p_pid" -gt 0 ] || return 1
  carries "$dir/record" environment && return 1
  same=$((same + 1))
  # right after the fork the process still shows its parent's environment
  [ "$same" -lt 4 ] || [ $((now - steady)) -lt 600 ] || final=yes
  reason=environment-differs
}

failing_check() {
  while read -r kind_ a b c d; do
    case $kind_ in
      '') ;;
      http) check_http "$a" "$b" "$c" "$d" || return 0 ;;
      tcp) check_tcp "$a" "$b" || return 0 ;;
      *) malformed ;;
    esac
  done <<EOF
$checks
EOF
  return 1
}

# url status milliseconds, and the member that tells the release, or -
check_http() {
  is_number "$2" && is_number "$3" && { [ "$4" = - ] || is_member "$4"; } || malformed
  own_address "$1"
  answer=''
  if [ "$4" != - ]; then
    answer=$(ask GET "$1" "$3")
    got=${answer%%"$next_line"*}
  elif command -v curl >/dev/null; then
    got=$(curl -q -g -s -o /dev/null -w '%{http_code}' --noproxy '*' --max-time "$(seconds_of "$3")" -- "$1" 2>/dev/null </dev/null)
  else
    got=$(fetch $((($3 + 999) / 1000)) -O /dev/null "$1" 2>&1 </dev/null | sed -n 's/^ *HTTP\/[0-9.]* \([0-9][0-9][0-9]\).*/\1/p' | head -n 1)
  fi
  [ "${got:-000}" != "$2" ] || { reports "$1" "$4"; return; }
  reason=unhealthy detail="$1 answered $got"
  case $got in '' | 000) detail="$1 did not answer" ;; esac
  return 1
}

# the record's release, where the file gives the service its label: one that was taken over has none
reports() {
  [ "$2" != - ] || return 0
  read_record "$dir/record"
  wanted=$r_release
  [ -n "$wanted" ] && grep -q KEYTURN_RELEASE "$file" || return 0
  found=$(printf '%s\n' "$answer" | sed 1d | member "$2")
  [ "$found" != "\"$wanted\"" ] || return 0
  # something else than a label is never repeated: the member may be another one than was meant
  found=${found#\"} found=${found%\"}
  is_release "$found" || found='no release'
  reason=unhealthy detail="$1 reports $found, expected $wanted"
  return 1
}

check_tcp() {
  is_number "$2" || malformed
  is_loopback "$1" || [ "$1" = ::1 ] || refuse 'a health check may only call this machine'
  if command -v nc >/dev/null; then nc -z -w 2 "$1" "$2" >/dev/null 2>&1 </dev/null
  elif command -v curl >/dev/null; then
    # 7 and 6 are "could not connect" and "could not resolve"; whatever a listener says or not, it listens
    curl -q -s --noproxy '*' --connect-timeout 2 --max-time 3 "telnet://$1:$2" >/dev/null 2>&1 </dev/null
    case $? in 6 | 7) false ;; esac
  else
    grep -qi ":$(printf %04x "$2") [0:]* 0A" /proc/net/tcp /proc/net/tcp6
  fi && return 0
  reason=unhealthy detail="$1:$2 refused"
  return 1
}

# runs as the service's own user, without anything of ours
do_prepare() {
  index=${1:-}
  is_number "$index" || malformed
  while read -r a_kind a_id a_index user folder words; do
    [ "$a_kind" = prepare ] && [ "$a_id" = "$id" ] && [ "$a_index" = "$index" ] || continue
    is_name "$user" && is_path "$folder" || refuse 'the allowlist has a bad command'
    run_as "$user" "$folder" $words || fail command-failed "prepare command $index ended with $?"
    done_
    return
  done <"$allowlist"
  refuse "the allowlist has no prepare command $index"
}

run_as() {
  user=$1 folder=$2 count=$(($# - 2))
  shift 2
  while [ "$count" -gt 0 ]; do
    word=$(printf '%b.' "$1")
    shift
    set -- "$@" "${word%.}"
    count=$((count - 1))
  done
  set -- env -i "PATH=$PATH" "USER=$user" "LOGNAME=$user" "HOME=$(sed -n "s/^$user:.*:\([^:]*\):[^:]*\$/\1/p" /etc/passwd)" "$@"
  if [ "$(id -un)" != "$user" ]; then
    if command -v setpriv >/dev/null; then set -- setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups "$@"
    else set -- su -s /bin/sh "$user" -c 'exec "$@"' sh "$@"
    fi
  fi
  (cd "$folder" && exec "$@") </dev/null >/dev/null 2>&1 9>&-
}
