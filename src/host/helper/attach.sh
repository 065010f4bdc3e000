# ---- file variables: one file each, in a folder of their release ----

# FILE.d/r7/NAME holds a value, FILE holds its path: so the rename of FILE switches all of them at once

is_release() { case $1 in r*[!0-9]* | r | ????????????????*) return 1 ;; r*) ;; *) return 1 ;; esac; }
attachment() { printf '%s' "$file.d/$1/$2"; }

# release name length sum, then the bytes; for the stage of the same release that follows in this stream
do_attach() {
  file_target
  release=${1:-} name=${2:-} length=${3:-} sum=${4:-}
  [ $# -eq 4 ] && is_release "$release" && is_variable "$name" && is_number "$length" && is_digest "$sum" || malformed
  [ "$length" -le "$most_bytes" ] || refuse 'a file variable holds at most a megabyte'
  know_owner
  make_folder "$folder" "$file.d" "$file.d/$release"
  place=$(attachment "$release" "$name")
  is_free "$dir/record" && is_free "$dir/previous.record" || refuse "$release is another release here, with another $name"
  plain "$place"
  rm -f "$place.new" && (set -C && : >"$place.new") 2>/dev/null || lost "$file.d/$release"
  partial=$place.new
  set_owner "$partial"
  chmod 600 "$partial" || lost "$file.d/$release"
  receive "$length" "$partial" || lost "$file.d/$release"
  digest_of "$partial"
  [ "$digest" = "$sum" ] || fail corrupt 'the file that came is not the one that was sent'
  note_attachment
  if is_attached "$place" "$sum"; then
    rm -f "$partial"
    partial=''
    unchanged
    return
  fi
  flush "$partial"
  mv -f "$partial" "$place" || lost "$file.d/$release"
  partial=''
  flush "$file.d/$release" "$file.d"
  done_
}

# the first is there already; root's all of them, and entered by the service
make_folder() {
  [ -d "$1" ] || refuse 'the folder of the file is missing'
  is_ours "$1" || refuse 'the folder of the file must belong to root and be writable by root only'
  is_safe "$1" || refuse 'a folder above that of the file can be written by others'
  within=$1
  shift
  for part; do
    [ ! -L "$part" ] && { [ ! -e "$part" ] || [ -d "$part" ]; } || refuse "something else than a folder is in its place: move $part away"
    [ -d "$part" ] || (umask 022 && mkdir "$part") 2>/dev/null || lost "$within"
    is_ours "$part" || refuse 'the folder of the file must belong to root and be writable by root only'
    [ "$(stat -c %a "$part")" = 755 ] || chmod 755 "$part" || lost "$within"
    within=$part
  done
}

# labels of a store that had the target before may come again; what a record names is never replaced by something else
is_free() {
  read_record "$1" && [ "$r_release" = "$release" ] || return 0
  given=$(sed -n "s/^attach $name //p" "$1")
  [ -z "$given" ] || [ "$given" = "$sum" ]
}

note_attachment() {
  [ "$attached_to" = "$id $release" ] || attached='' attached_to="$id $release"
  attached="$attached
attach $name $sum"
}

# what came for the release that is staged now belongs to its record
record_attachments() {
  [ "$attached_to" = "$id $1" ] || attached=''
  listed=$listed$attached
  attached_to=''
}

is_attached() {
  [ -f "$1" ] && [ ! -L "$1" ] && [ "$(stat -c %U:%G:%a "$1")" = "$owner:$group:600" ] && digest_of "$1" && [ "$digest" = "$2" ]
}

# every file variable of this record is as it was given
is_whole() {
  kept_release=''
  while read -r word first second; do
    case $word in
      release) kept_release=$first ;;
      attach) is_release "$kept_release" && is_variable "$first" && is_attached "$file.d/$kept_release/$first" "$second" || return 1 ;;
    esac
  done <"$1"
}

prune() {
  [ -e "$file.d" ] || return 0
  unnamed | while IFS= read -r path; do rm -rf "$file.d/$path"; done
  [ "$runtime" = site ] || rmdir "$file.d" 2>/dev/null || :
}

# what no record names any more: folders of other releases, and leftovers in those that stay
unnamed() {
  [ "$runtime" != site ] && [ -d "$file.d" ] && [ ! -L "$file.d" ] && is_ours "$file.d" || return 0
  ls "$file.d" | while IFS= read -r release; do
    is_release "$release" && [ ! -L "$file.d/$release" ] || continue
    keep=$(find_sharing; for target in $sharing; do
      for kept in record previous.record staged; do named_by "$release" "$state/$target/$kept"; done
    done)
    [ -n "$keep" ] || { printf '%s\n' "$release"; continue; }
    ls "$file.d/$release" | while IFS= read -r name; do
      printf '%s\n' "$keep" | grep -qxF -e "$name" || printf '%s\n' "$release/$name"
    done
  done
}

# sets sharing: this target and others that have the same file, as services of one compose project may
find_sharing() {
  sharing=''
  while read -r a_kind a_id a _; do
    case $a_kind in systemd | compose) [ "$a" != "$file" ] || sharing="$sharing $a_id" ;; esac
  done <"$allowlist"
}
named_by() { read_record "$2" && [ "$r_release" = "$1" ] && sed -n 's/^attach \([^ ]*\) .*/\1/p' "$2"; }
