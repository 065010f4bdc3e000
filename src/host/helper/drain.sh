# ---- drain: empty before it stops ----

is_signal() { case $1 in SIGTERM | SIGINT | SIGHUP | SIGQUIT | SIGUSR1 | SIGUSR2 | SIGWINCH) ;; *) return 1 ;; esac; }
is_member() { case $1 in '' | .* | *. | *..* | *[!A-Za-z0-9._-]*) return 1 ;; esac; [ ${#1} -le 100 ]; }
# as it is written in JSON, or - for what is idle anyway
is_sign() {
  case $1 in
    - | true | false) return ;;
    \"*\") word=${1#?} word=${word%?} && is_member "$word" ;;
    -*) is_number "${1#-}" ;;
    *) is_number "$1" ;;
  esac
}

# instance milliseconds way what, and where it says that it is idle: url member sign
do_drain() {
  file_target
  [ $# -eq 4 ] || { [ $# -eq 7 ] && is_member "$6" && is_sign "$7"; } || malformed
  limit=$2 way=$3 what=$4 idle=${5:-} at=${6:-} sign=${7:-}
  is_number "$limit" || malformed
  case $way in signal) is_signal "$what" || malformed ;; http) own_address "$what" ;; *) malformed ;; esac
  [ -z "$idle" ] || own_address "$idle"
  find_unit "$1"
  look
  [ "$p_state" = active ] && [ "$p_pid" -gt 0 ] || { unchanged; return; }
  tell_now
  begin=$now running=$p_start.$p_pid asked='' note=''
  ask_to_drain
  until is_empty; do
    tell_now
    [ $((now - begin)) -lt "$limit" ] || { note=$why; break; }
    say waiting
    nap
  done
  note=${asked:-$note}
  done_ "$note"
}

# sets asked to what became of it where it was not taken
ask_to_drain() {
  [ "$way" = http ] || { signal_main || asked=unasked; return; }
  patience=2000
  # without a sign its answer is the end of the drain, and is waited for
  [ -n "$idle" ] || patience=$limit
  case $(ask POST "$what" "$patience") in 2??*) return ;; esac
  asked=unasked
  tell_now
  [ -n "$idle" ] || [ $((now - begin + 50)) -lt "$limit" ] || asked=busy
}

# its main process alone: what it started hears of it as it likes
signal_main() {
  if [ "$runtime" = compose ]; then docker kill --signal "$what" "${p_start%.*}"
  # before systemd 252 the option had another name
  else systemctl kill --kill-whom=main --signal="$what" -- "$unit" || systemctl kill --kill-who=main --signal="$what" -- "$unit"
  fi </dev/null >/dev/null 2>&1 9>&-
}

# a process that has ended is; sets why it is not
is_empty() {
  look
  [ "$p_start.$p_pid" = "$running" ] || return 0
  why=busy
  [ -n "$idle" ] || { [ "$way" = http ]; return; }
  said=$(ask GET "$idle" 2000 | sed 1d | member "$at")
  [ -n "$said" ] || { why=unheard; return 1; }
  case $said in "$sign") return 0 ;; false | 0 | null | '"idle"') [ "$sign" = - ] ;; *) return 1 ;; esac
}
