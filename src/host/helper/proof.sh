# ---- what this machine's own systemd makes of a staged file ----

# Before anything is touched it reads the file once, for a process of the file's owner that tells what it was given: a
# line that would be dropped or changed shows now, not in a service that starts without it. The argument is the record
prove() {
  remark=''
  [ "$runtime" = systemd ] || return 0
  carries "$1" given_by_systemd && return
  if [ -n "$(given_by_systemd | head -n 1)" ]; then
    names=$(differing "$1" given_by_systemd | cut -c1-300)
    # it was too busy the first time
    [ -n "$names" ] || return 0
    rm -f "$1"
    fail misread "its systemd reads other values of $names"
  fi
  read_by_systemd >/dev/null
  # systemd's code for a process that the kernel would not start
  [ $? -ne 203 ] || { rm -f "$1"; fail misread 'no process can be started with so much in its environment'; }
  remark='not read by its own systemd before the swap: that needs systemd-run of version 236'
}

given_by_systemd() { read_by_systemd | od -An -v -tx1 -N $((2 * most_bytes)); }

# systemd logs a line that it drops with its value, so of this unit it may log nothing; and a variable may steer the
# loader of the process, so it is never root's
read_by_systemd() {
  as=User=$owner
  [ "$owner_uid" != 0 ] || as=DynamicUser=yes
  systemd-run --quiet --no-ask-password --pipe --wait --collect -p LogLevelMax=emerg -p RuntimeMaxSec=10 -p "$as" \
    -p "EnvironmentFile=-$staged" cat /proc/self/environ </dev/null 2>/dev/null 9>&-
}
