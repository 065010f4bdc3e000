# ---- sites ----

bundle() { target=$(readlink "$site/current") && case $target in releases/*) printf '%s' "${target#releases/}" ;; esac; }
point_to() { rm -f "$site/.current.tmp" && ln -s "releases/$1" "$site/.current.tmp" && mv -T "$site/.current.tmp" "$site/current"; }

do_publish() {
  new=${1:-} length=${2:-} sum=${3:-}
  shift 3
  is_name "$new" && is_number "$length" && is_digest "$sum" || malformed
  case $new in *.tmp) malformed ;; esac
  [ "$runtime" = site ] || refuse 'the target is not a site'
  [ -d "$site" ] && is_ours "$site" || refuse 'the folder of the site must belong to root and be writable by root only'
  (umask 022 && mkdir -p "$site/releases") && is_ours "$site/releases" || lost "$site"
  receive_record "$@"
  partial=$dir/archive.tmp
  rm -f "$partial"
  receive "$length" "$partial" || lost "$dir"
  [ "$(digest_of "$partial")" = "$sum" ] || fail corrupt 'the archive that came is not the one that was sent'
  old=$(bundle) || old=''
  if [ "$old" = "$new" ] && [ "$(field file "$dir/record")" = "$new" ] && same_release "$dir/record"; then
    rm -f "$partial"
    unchanged
    return
  fi
  if [ "$old" != "$new" ]; then
    unpack "$site/releases/$new"
    if [ -n "$old" ]; then put "$dir/previous" "$old"; else rm -f "$dir/previous"; fi
    if [ -f "$dir/record" ]; then cp "$dir/record" "$dir/previous.record"; else rm -f "$dir/previous.record"; fi
  fi
  point_to "$new" || lost "$site"
  rm -f "$partial" "$dir/returned"
  put "$dir/record" "$record
file $new" || lost "$dir"
  flush "$site"
  ls -t "$site/releases" | grep -vxF -e "$new" -e "${old:-$new}" | sed 1d | while read -r name; do rm -rf "$site/releases/$name"; done
  done_
}

# plain files and folders only: a link in an archive could lead root's hand somewhere else
unpack() {
  case $(tar -tvf "$partial" 2>/dev/null | cut -c1 | sort -u | tr -d '\n') in - | d | -d) ;; *) refuse 'the archive holds more than files and folders' ;; esac
  ! tar -tf "$partial" | grep -Eq '^/|(^|/)\.\.(/|$)' || refuse 'the archive leaves its folder'
  rm -rf "$1" "$1.tmp" && (umask 022 && mkdir "$1.tmp") || lost "$site"
  tar -xf "$partial" -C "$1.tmp" -o 2>/dev/null || fail corrupt 'the archive could not be unpacked'
  chmod -R u=rwX,go=rX "$1.tmp"
  [ "$me" != 0 ] || chown -R "$owner:$group" "$1.tmp" || fail owner-unknown "the site can not be given to $owner:$group"
  find "$1.tmp" -type f -exec sync {} + 2>/dev/null || sync
  mv "$1.tmp" "$1" || lost "$site"
}
