# ---- what may lie in a file's place ----

# nothing, or a file: a pipe would be waited for, a link followed, a folder moved into
is_plain() { [ ! -L "$1" ] && { [ ! -e "$1" ] || [ -f "$1" ]; }; }
plain() { is_plain "$1" || refuse "something else than a file is in its place: move $1 away ($(stat -c %F "$1"))"; }

# all that is kept of a target; the lock of a machine without flock is a link
plain_state() {
  [ ! -L "$dir" ] && { [ ! -e "$dir" ] || [ -d "$dir" ]; } || refuse "something else than a folder is in its place: move $dir away"
  set +f
  for kept in "$dir"/*; do
    case $kept in */lock.link | */lock.dead.*) ;; *) plain "$kept" ;; esac
  done
  set -f
}

# what is mounted there, a single file mostly, can not be replaced by a rename
is_mounted() { [ -e "$1" ] && awk -v at="$1" '$5 == at { found = 1; exit } END { exit !found }' /proc/self/mountinfo; }
