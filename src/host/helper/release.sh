# ---- files: stage, swap, return ----

# a service owns its file and may make it as large as it likes: what is longer than any of ours is read no further
start_of() { head -c $((most_bytes + 1)) <"$1" 2>/dev/null; }
# sets digest, or to nothing: one that takes two seconds of a processor is longer than any of ours, too
digest_of() {
  digest=''
  [ -f "$1" ] || return 1
  digest=$(ulimit -t 2; exec sha256sum <"$1" 2>/dev/null)
  digest=${digest%% *}
}
# of what only root writes
digest_of_ours() {
  digest=''
  [ -f "$1" ] || return 1
  digest=$(sha256sum <"$1")
  digest=${digest%% *}
}
# sets r_release r_digest r_salt r_whole r_file, which a record begins with; until version 6 the last of them ended it
read_record() {
  r_release='' r_digest='' r_salt='' r_whole='' r_file=''
  [ -f "$1" ] || return 1
  while read -r word value; do
    case $word in
      release) r_release=$value ;;
      digest) r_digest=$value ;;
      salt) r_salt=$value ;;
      whole) r_whole=$value ;;
      file) r_file=$value; return ;;
    esac
  done <"$1"
}
# what mostly is not there
gone() { if [ -e "$1" ] || [ -L "$1" ]; then rm -f "$1"; fi; }
put() { printf '%s\n' "$2" >"$1.tmp" && flush "$1.tmp" && mv -f "$1.tmp" "$1"; }
flush() { sync "$@" 2>/dev/null || sync; }

# why a folder could not be written, without reading messages
lost() {
  [ -w "$1" ] || fail read-only 'the file system can not be written'
  [ "$(df -Pk "$1" | awk 'END { print $4 }')" -ge 256 ] || fail no-space 'no space left on the disk'
  fail failed 'the folder could not be written'
}

# exactly so many bytes of stdin; a larger read could swallow the next request. A pipe gives a few at a time: with
# fullblock one dd waits for them all, where it is known
receive() {
  got=0 most=65536
  [ -n "$fullblock" ] || { dd iflag=fullblock count=0 </dev/null >/dev/null 2>&1 && fullblock=iflag=fullblock || fullblock=no; }
  case $fullblock in no) full='' ;; *) most=1048576 full=$fullblock ;; esac
  while [ "$got" -lt "$1" ]; do
    size=$(($1 - got))
    [ "$size" -le "$most" ] || size=$most
    dd bs="$size" count=1 $full 2>/dev/null >>"$2" || return 1
    # of the last piece its digest tells as much
    [ -z "$full" ] || [ $((got + size)) -lt "$1" ] || return 0
    before=$got got=$(stat -c %s "$2")
    [ "$got" -gt "$before" ] || fail corrupt 'the file was cut off on its way'
  done
}

# the new file beside its place: owner, mode and label before content
make_beside() {
  [ -d "$folder" ] || refuse 'the folder of the file is missing'
  if ! is_safe "$folder"; then
    is_ours "$folder" || refuse 'the folder of the file must belong to root and be writable by root only'
    refuse 'a folder above that of the file can be written by others'
  fi
  plain "$file"
  ! is_mounted "$real/${file##*/}" || refuse "$file is a mount point, which no new file can replace: unmount it, and deliver to where it was mounted from"
  [ -L "$staged" ] || [ ! -d "$staged" ] || refuse "something else than a file is in its place: move $staged away (directory)"
  know_owner
  gone "$dir/staged" && gone "$staged" && create "$staged" || lost "$folder"
  partial=$staged
  set_owner "$staged"
  # the umask gave it that mode
  case $mode in 600 | 0600) ;; *) chmod "$mode" "$staged" || lost "$folder" ;; esac
  [ ! -e "$file" ] || [ ! -d /sys/fs/selinux ] || chcon --reference="$file" "$staged" 2>/dev/null || :
}

# where nothing is, not even a link
create() {
  set -C
  { true >"$1"; } 2>/dev/null
  created=$?
  set +C
  return $created
}

# sets owner_uid; those of a directory service are not in the file
know_owner() {
  while IFS=: read -r user _ owner_uid _; do [ "$user" != "$owner" ] || return 0; done </etc/passwd
  owner_uid=$(id -u "$owner" 2>/dev/null) || fail owner-unknown "there is no user $owner"
}

# root may give it to anyone; others only where it is theirs already
set_owner() {
  [ "$me" = 0 ] || [ "$(stat -c %U:%G "$1")" != "$owner:$group" ] || return 0
  chown -h "$owner:$group" "$1" 2>/dev/null || fail owner-unknown "the file can not be given to $owner:$group"
}

# release digest salt whole count, then count lines: name and digest
receive_record() {
  [ $# -eq 5 ] && is_name "$1" && is_hex "$2" && is_hex "$3" && is_digest "$4" && is_count "$5" || malformed
  release=$1 record_digest=$2 salt=$3 whole=$4 left=$5 listed=''
  while [ "$left" -gt 0 ] && IFS=' ' read -r name digest; do
    is_variable "$name" && is_digest "$digest" || malformed
    listed="$listed
var $name $digest"
    left=$((left - 1))
  done
}

# the record that came, of a file with this digest
record_of() {
  printf 'release %s\ndigest %s\nsalt %s\nwhole %s\nfile %s%s\n' "$release" "$record_digest" "$salt" "$whole" "$1" "$listed"
}

do_stage() {
  file_target
  length=${1:-} sum=${2:-}
  is_number "$length" && is_digest "$sum" || malformed
  [ "$length" -le "$most_bytes" ] || refuse 'an environment file holds at most a megabyte'
  shift 2
  receive_record "$@"
  record_attachments "$1"
  [ "$runtime" != compose ] || safe_project
  make_beside
  receive "$length" "$staged" || lost "$folder"
  digest_of "$staged"
  [ "$digest" = "$sum" ] || fail corrupt 'the file that came is not the one that was sent'
  if same_release && is_delivered; then
    do_sweep >/dev/null
    unchanged
    return
  fi
  record_of "$sum" >"$dir/staged.tmp" || lost "$dir"
  checked="$checked $id=$sum "
  prove "$dir/staged.tmp"
  flush "$staged" "$dir/staged.tmp" && mv -f "$dir/staged.tmp" "$dir/staged" || lost "$dir"
  partial=''
  done_ "$remark"
}

# the record there is, and its file, are the ones that came
same_release() { read_record "$dir/record" && [ "$r_release $r_digest" = "$release $record_digest" ]; }

is_delivered() {
  [ -f "$file" ] && [ "$(stat -c %U:%G:%a "$file")" = "$owner:$group:${mode#0}" ] \
    && digest_of "$file" && [ "$digest" = "$sum" ] \
    && [ "$(grep '^attach ' "$dir/record")" = "${attached#?}" ] && ! is_rewritten
}

do_swap() {
  file_target
  case ${1:-} in '' | unproved) ;; *) malformed ;; esac
  note_starts
  if [ ! -f "$dir/staged" ] || [ ! -f "$staged" ]; then
    [ -f "$dir/record" ] || fail failed 'nothing was staged'
    prune
    unchanged
    return
  fi
  read_record "$dir/staged"
  sum=$r_file
  case $checked in *" $id=$sum "*) ;; *) is_still "$staged" || fail corrupt 'the staged file is not the one that was sent' ;; esac
  plain "$file"
  # behind a release that failed or was cut short the way back is to the one before it
  [ "${1:-}" = unproved ] || keep_previous
  gone "$dir/returned"
  mv -f "$staged" "$file" || lost "$folder"
  mv -f "$dir/staged" "$dir/record" || lost "$dir"
  flush "$folder" "$dir"
  prune
  done_
}

# a second swap of the same file, after a crash, must not make the new file its own predecessor
keep_previous() {
  if [ ! -e "$file" ]; then rm -f "$dir/previous" "$dir/previous.record"; return; fi
  start_of "$file" >"$dir/previous.tmp" && flush "$dir/previous.tmp" || lost "$dir"
  digest_of_ours "$dir/previous.tmp"
  [ "$digest" != "$sum" ] || { rm -f "$dir/previous.tmp"; keep_shared; return; }
  if read_record "$dir/record" && [ "$r_file" = "$digest" ]; then cp "$dir/record" "$dir/previous.record"
  else
    # one that was edited comes back as it was found, if it is no longer than any of ours, and no record may claim it
    rm -f "$dir/previous.record"
    [ "$(stat -c %s "$dir/previous.tmp")" -le "$most_bytes" ] || { rm -f "$dir/previous" "$dir/previous.tmp"; return; }
  fi
  mv -f "$dir/previous.tmp" "$dir/previous" || lost "$dir"
}

# another target that shares the file was faster: what it kept of the file is what this one had
keep_shared() {
  read_record "$dir/record"
  old=$r_file
  digest_of_ours "$dir/previous"
  [ -n "$old" ] && [ "$old" != "$sum" ] && [ "$digest" != "$old" ] || return 0
  set +f
  for kept in "$state"/*/previous; do
    digest_of_ours "$kept"
    [ "$digest" = "$old" ] || continue
    cat "$kept" >"$dir/previous.tmp" && flush "$dir/previous.tmp" || lost "$dir"
    cp "$dir/record" "$dir/previous.record"
    mv -f "$dir/previous.tmp" "$dir/previous" || lost "$dir"
    break
  done
  set -f
}

do_claim() {
  receive_record "$@"
  if [ "$runtime" = site ]; then
    sum=$(bundle) && [ -n "$sum" ] || fail failed 'nothing is published there'
  else
    [ -f "$file" ] && [ ! -L "$file" ] || fail failed 'there is no file to claim'
    digest_of "$file"
    sum=$digest
  fi
  if same_release && [ "$r_file" = "$sum" ]; then unchanged; return; fi
  rm -f "$dir/returned"
  put "$dir/record" "$(record_of "$sum")" || lost "$dir"
  done_
}

do_return() {
  if [ ! -f "$dir/previous" ]; then
    [ -f "$dir/returned" ] || fail no-previous 'nothing earlier was kept'
    unchanged
    return
  fi
  if [ "$runtime" = site ]; then
    safe_site
    point_to "$(cat "$dir/previous")" || lost "$site"
  else
    note_starts
    make_beside
    cat "$dir/previous" >"$staged" && flush "$staged" && mv -f "$staged" "$file" || lost "$folder"
    partial=''
    flush "$folder"
  fi
  : >"$dir/returned"
  # newer than the file: this hand wrote both
  if [ -f "$dir/previous.record" ]; then mv -f "$dir/previous.record" "$dir/record" && touch "$dir/record"; else rm -f "$dir/record"; fi
  rm -f "$dir/previous" "$dir/staged"
  prune
  done_
}

do_forget() {
  if [ ! -f "$dir/previous" ]; then unchanged; return; fi
  rm -f "$dir/previous" "$dir/previous.record"
  prune
  flush "$dir"
  done_
}

do_sweep() {
  set +f; rm -f "$dir/staged" "$dir"/*.tmp; set -f
  if [ "$runtime" = site ]; then
    safe_site
    set +f; rm -rf "$site"/releases/*.tmp; set -f
    rm -f "$site/.current.tmp"
  else
    partial=''
    rm -f "$staged"
    prune
  fi
  done_
}
