# ---- sites ----

bundle() { target=$(readlink "$site/current") && case $target in releases/*) printf '%s' "${target#releases/}" ;; esac; }
point_to() { rm -f "$site/.current.tmp" && ln -s "releases/$1" "$site/.current.tmp" && mv -T "$site/.current.tmp" "$site/current"; }

safe_site() {
  [ -d "$site" ] && is_ours "$site" || refuse 'the folder of the site must belong to root and be writable by root only'
  is_safe "$site" || refuse 'a folder above that of the site can be written by others'
  [ ! -e "$site/releases" ] || is_ours "$site/releases" || refuse 'the folder of the bundles must belong to root and be writable by root only'
}

do_publish() {
  new=${1:-} length=${2:-} sum=${3:-}
  shift 3
  is_name "$new" && is_number "$length" && is_digest "$sum" || malformed
  case $new in *.tmp) malformed ;; esac
  [ "$runtime" = site ] || refuse 'the target is not a site'
  [ "$length" -le "$most_archive" ] || refuse 'a bundle holds at most a gigabyte'
  safe_site
  (umask 022 && mkdir -p "$site/releases") && is_ours "$site/releases" || lost "$site"
  receive_record "$@"
  partial=$dir/archive.tmp
  rm -f "$partial"
  receive "$length" "$partial" || lost "$dir"
  [ "$(sha256sum <"$partial" | cut -c1-64)" = "$sum" ] || fail corrupt 'the archive that came is not the one that was sent'
  old=$(bundle) || old=''
  if [ "$old" = "$new" ] && same_release && [ "$r_file" = "$new" ]; then
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
  put "$dir/record" "$(record_of "$new")" || lost "$dir"
  flush "$site"
  ls -t "$site/releases" | grep -vxF -e "$new" -e "${old:-$new}" | sed 1d | while read -r name; do rm -rf "$site/releases/$name"; done
  done_
}

# plain files and folders only: a link in an archive could lead root's hand somewhere else. Until all is the owner's and
# has its modes it lies below a folder that only root enters: a set-uid program would be root's for a moment
unpack() {
  # tar would also open compressed ones, which grow without bound
  [ "$(dd if="$partial" bs=1 skip=257 count=5 2>/dev/null)" = ustar ] || refuse 'the archive is not a plain tar'
  case $(tar -tvf "$partial" 2>/dev/null | cut -c1 | sort -u | tr -d '\n') in - | d | -d) ;; *) refuse 'the archive holds more than files and folders' ;; esac
  ! tar -tf "$partial" | grep -Eq '^/|(^|/)\.\.(/|$)' || refuse 'the archive leaves its folder'
  rm -rf "$1" "$1.tmp" && mkdir -p "$1.tmp/new" || lost "$site"
  tar -xf "$partial" -C "$1.tmp/new" -o 2>/dev/null || fail corrupt 'the archive could not be unpacked'
  # some tars list a hard link as a file: what it leads to would change its owner
  [ -z "$(find "$1.tmp/new" ! -type d \( ! -type f -o -links +1 \) | head -n 1)" ] || refuse 'the archive holds more than files and folders'
  chmod -R u=rwX,go=rX "$1.tmp/new"
  [ "$me" != 0 ] || chown -R "$owner:$group" "$1.tmp/new" || fail owner-unknown "the site can not be given to $owner:$group"
  find "$1.tmp/new" -type f -exec sync {} + 2>/dev/null || sync
  mv "$1.tmp/new" "$1" && rmdir "$1.tmp" || lost "$site"
}
