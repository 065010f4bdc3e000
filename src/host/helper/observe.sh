# ---- observe and read ----

observe() {
  instance=-
  say "target $id"
  if [ "$runtime" = compose ]; then find_reader; say "reader $reader"; fi
  if [ -f "$dir/controller" ]; then read -r line <"$dir/controller" && say "owner $line"; fi
  if read_record "$dir/previous.record"; then say "previous $r_release $r_digest"; fi
  if read_record "$dir/record"; then say "record $r_release $r_digest"; fi
  if [ "$runtime" = site ]; then observe_site; else observe_file; fi
  if has_leftover; then say leftover; fi
  if [ "$runtime" = systemd ]; then observe_units; else observe_one_by_one; fi
  instance=-
  say "observed $id"
}

observe_one_by_one() {
  for pair in $pairs; do
    instance=${pair%%=*} unit=${pair#*=}
    look
    since_when
    say_instance
  done
}

say_instance() {
  find_carried
  say "instance $instance $unit $p_state $p_pid ${p_start:--} ${p_since:--} $carried"
}

observe_file() {
  [ -e "$file" ] || [ -L "$file" ] || { say file missing; return; }
  find_content
  say "file present $(stat -c '%U %G %a %Y' "$file") $content"
  if [ "$content" != unrecorded ] && is_rewritten; then say rewritten; fi
  if [ "$content" = edited ]; then say "foreign $(foreign_names)"; fi
}

# another hand wrote it since a release was recorded, whatever it says now
is_rewritten() {
  find_sharing
  for target in $sharing; do
    [ ! -f "$state/$target/record" ] || [ "$file" -nt "$state/$target/record" ] || return 1
  done
}

observe_site() {
  published=$(bundle) && [ -n "$published" ] || { say file missing; return; }
  if [ ! -f "$dir/record" ]; then content=unrecorded
  elif [ "$r_file" = "$published" ]; then content=recorded
  else content=edited
  fi
  say "file present $(stat -c '%U %G %a' "$site/releases/$published" 2>/dev/null || echo '- - 0') $(stat -c %Y "$site/current") $content"
}

# a run that was killed left it: what `sweep` takes away
has_leftover() {
  if is_there "$dir/staged" "$dir"/*.tmp; then return 0; fi
  if [ "$runtime" = site ]; then is_there "$site/.current.tmp" "$site"/releases/*.tmp
  else is_there "$staged" || { [ -d "$file.d" ] && [ -n "$(unnamed)" ]; }
  fi
}

# one of them, and where it is a pattern one of those that it stands for
is_there() {
  set +f
  set -- $*
  set -f
  for one; do if [ -e "$one" ] || [ -L "$one" ]; then return; fi; done
  return 1
}

find_content() {
  content=edited
  if [ ! -f "$dir/record" ]; then content=unrecorded; return; fi
  [ -f "$file" ] && [ ! -L "$file" ] || return 0
  digest_of "$file"
  found=$digest
  if [ "$found" = "$r_file" ] && is_whole "$dir/record"; then content=recorded
  elif read_record "$dir/previous.record" && [ "$found" = "$r_file" ] && is_whole "$dir/previous.record"; then content=previous
  fi
}

find_carried() {
  carried=unknown
  [ "$p_state" = active ] && [ "$p_pid" -gt 0 ] && [ -f "$dir/record" ] || return 0
  if carries "$dir/record" environment; then carried=recorded
  elif carries "$dir/previous.record" environment; then carried=previous
  elif [ -n "$(environment | head -n 1)" ]; then carried="different $(differing "$dir/record" environment)"
  fi
}

# values leave this machine only here, and only as long as nobody owns the target
read_target() {
  instance=-
  [ ! -f "$dir/controller" ] || refuse 'the target has an owner: its content is not read any more'
  if [ "$runtime" != site ]; then
    plain "$file"
    if [ -f "$file" ]; then
      [ "$(stat -c %s "$file")" -le 1048576 ] || refuse 'the file is larger than a megabyte'
      printf 'content '
      base64 <"$file" | tr -d '\n'
      echo
    fi
    for pair in $pairs; do
      instance=${pair%%=*} unit=${pair#*=}
      look
      [ "$p_state" = active ] && [ "$p_pid" -gt 0 ] || continue
      printf 'process %s ' "$instance"
      raw_environment | base64 | tr -d '\n'
      echo
    done
  fi
  say "content-end $id"
}
