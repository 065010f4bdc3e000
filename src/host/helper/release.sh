# ---- files: stage, swap, return ----

# a service owns its file and may make it as large as it likes: what is longer than any of ours is read no further
start_of() { head -c $((most_bytes + 1)) <"$1" 2>/dev/null; }
digest_of() { [ -f "$1" ] && start_of "$1" | sha256sum | cut -c1-64; }
field() { sed -n "s/^$1 //p" "$2" 2>/dev/null; }
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
  got=0 most=65536 full=''
  dd iflag=fullblock count=0 </dev/null >/dev/null 2>&1 && most=1048576 full=iflag=fullblock
  while [ "$got" -lt "$1" ]; do
    size=$(($1 - got))
    [ "$size" -le "$most" ] || size=$most
    dd bs="$size" count=1 $full 2>/dev/null >>"$2" || return 1
    before=$got got=$(stat -c %s "$2")
    [ "$got" -gt "$before" ] || fail corrupt 'the file was cut off on its way'
  done
}

# the new file beside its place: owner, mode and label before content
make_beside() {
  [ -d "$folder" ] || refuse 'the folder of the file is missing'
  is_ours "$folder" || refuse 'the folder of the file must belong to root and be writable by root only'
  is_safe "$folder" || refuse 'a folder above that of the file can be written by others'
  plain "$file"
  ! is_mounted "$real/${file##*/}" || refuse "$file is a mount point, which no new file can replace: unmount it, and deliver to where it was mounted from"
  [ -L "$staged" ] || [ ! -d "$staged" ] || refuse "something else than a file is in its place: move $staged away (directory)"
  id -u "$owner" >/dev/null 2>&1 || fail owner-unknown "there is no user $owner"
  rm -f "$dir/staged" "$staged" && (set -C && : >"$staged") 2>/dev/null || lost "$folder"
  partial=$staged
  set_owner "$staged" || fail owner-unknown "the file can not be given to $owner:$group"
  chmod "$mode" "$staged" || lost "$folder"
  [ ! -e "$file" ] || chcon --reference="$file" "$staged" 2>/dev/null || :
}

set_owner() { [ "$(stat -c %U:%G "$1")" = "$owner:$group" ] || chown -h "$owner:$group" "$1" 2>/dev/null; }

# release digest salt whole count, then count lines: name and digest
receive_record() {
  [ $# -eq 5 ] && is_name "$1" && is_hex "$2" && is_hex "$3" && is_digest "$4" && is_count "$5" || malformed
  record="release $1
digest $2
salt $3
whole $4"
  left=$5
  while [ "$left" -gt 0 ] && IFS=' ' read -r name digest; do
    is_variable "$name" && is_digest "$digest" || malformed
    record="$record
var $name $digest"
    left=$((left - 1))
  done
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
  [ "$(digest_of "$staged")" = "$sum" ] || fail corrupt 'the file that came is not the one that was sent'
  if [ -f "$file" ] && [ "$(stat -c %U:%G:%a "$file")" = "$owner:$group:${mode#0}" ] \
    && [ "$(digest_of "$file")" = "$sum" ] && same_release "$dir/record" \
    && [ "$(grep '^attach ' "$dir/record")" = "${attached#?}" ] && ! is_rewritten; then
    do_sweep >/dev/null
    unchanged
    return
  fi
  printf '%s\n' "$record
file $sum" >"$dir/staged.tmp" || lost "$dir"
  prove "$dir/staged.tmp"
  flush "$staged" "$dir/staged.tmp" && mv -f "$dir/staged.tmp" "$dir/staged" || lost "$dir"
  partial=''
  done_ "$remark"
}

same_release() { [ "$(sed 2q "$1" 2>/dev/null)" = "$(printf '%s\n' "$record" | sed 2q)" ]; }

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
  sum=$(field file "$dir/staged")
  [ "$(digest_of "$staged")" = "$sum" ] || fail corrupt 'the staged file is not the one that was sent'
  plain "$file"
  # behind a release that failed or was cut short the way back is to the one before it
  [ "${1:-}" = unproved ] || keep_previous
  rm -f "$dir/returned"
  mv -f "$staged" "$file" || lost "$folder"
  mv -f "$dir/staged" "$dir/record" || lost "$dir"
  flush "$folder" "$dir"
  prune
  done_
}

# a second swap of the same file, after a crash, must not make the new file its own predecessor
keep_previous() {
  if [ ! -e "$file" ]; then rm -f "$dir/previous" "$dir/previous.record"; return; fi
  [ "$(digest_of "$file")" != "$sum" ] || { keep_shared; return; }
  start_of "$file" >"$dir/previous.tmp" && flush "$dir/previous.tmp" || lost "$dir"
  if [ "$(stat -c %s "$dir/previous.tmp")" -gt "$most_bytes" ]; then rm -f "$dir/previous" "$dir/previous.record" "$dir/previous.tmp"; return; fi
  # a file that was edited comes back as it was found, and no record may claim it
  if [ "$(digest_of "$dir/previous.tmp")" = "$(field file "$dir/record")" ]; then cp "$dir/record" "$dir/previous.record"
  else rm -f "$dir/previous.record"
  fi
  mv -f "$dir/previous.tmp" "$dir/previous" || lost "$dir"
}

# another target that shares the file was faster: what it kept of the file is what this one had
keep_shared() {
  old=$(field file "$dir/record")
  [ -n "$old" ] && [ "$old" != "$sum" ] && [ "$(digest_of "$dir/previous")" != "$old" ] || return 0
  set +f
  for kept in "$state"/*/previous; do
    [ "$(digest_of "$kept")" = "$old" ] || continue
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
    sum=$(digest_of "$file")
  fi
  if [ "$(field file "$dir/record")" = "$sum" ] && same_release "$dir/record"; then unchanged; return; fi
  rm -f "$dir/returned"
  put "$dir/record" "$record
file $sum" || lost "$dir"
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
