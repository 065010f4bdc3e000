# ---- observe and read ----

observe() {
  instance=-
  say "target $id"
  if [ "$runtime" = compose ]; then find_reader; say "reader $reader"; fi
  if [ -f "$dir/controller" ]; then say "owner $(cat "$dir/controller")"; fi
  if [ -f "$dir/record" ]; then say "record $(field release "$dir/record") $(field digest "$dir/record")"; fi
  if [ -f "$dir/previous.record" ]; then
    say "previous $(field release "$dir/previous.record") $(field digest "$dir/previous.record")"
  fi
  if [ "$runtime" = site ]; then observe_site; else observe_file; fi
  if has_leftover; then say leftover; fi
  for pair in $(pairs); do
    instance=${pair%%=*} unit=${pair#*=}
    look
    say "instance $instance $unit $p_state $p_pid ${p_start:--} ${p_since:--} $(carried)"
  done
  instance=-
  observe_sources
  say "observed $id"
}

observe_file() {
  [ -e "$file" ] || [ -L "$file" ] || { say file missing; return; }
  content=$(content_of)
  say "file present $(stat -c '%U %G %a %Y' "$file") $content"
  if [ "$content" != unrecorded ] && is_rewritten; then say rewritten; fi
  if [ "$content" = edited ]; then say "foreign $(foreign_names)"; fi
}

# another hand wrote it since a release was recorded, whatever it says now
is_rewritten() {
  for target in $(sharing); do
    [ ! -f "$state/$target/record" ] || [ "$file" -nt "$state/$target/record" ] || return 1
  done
}

observe_site() {
  published=$(bundle) && [ -n "$published" ] || { say file missing; return; }
  if [ ! -f "$dir/record" ]; then content=unrecorded
  elif [ "$(field file "$dir/record")" = "$published" ]; then content=recorded
  else content=edited
  fi
  say "file present $(stat -c '%U %G %a' "$site/releases/$published" 2>/dev/null || echo '- - 0') $(stat -c %Y "$site/current") $content"
}

# a run that was killed left it: what `sweep` takes away
has_leftover() {
  ls "$dir" 2>/dev/null | grep -qxE 'staged|.*[.]tmp' && return
  if [ "$runtime" = site ]; then
    [ -L "$site/.current.tmp" ] || ls "$site/releases" 2>/dev/null | grep -q '[.]tmp$'
  else
    [ -e "$staged" ] || [ -L "$staged" ] || [ -n "$(unnamed)" ]
  fi
}

content_of() {
  if [ ! -f "$dir/record" ]; then echo unrecorded; return; fi
  [ -f "$file" ] && [ ! -L "$file" ] || { echo edited; return; }
  found=$(digest_of "$file")
  if [ "$found" = "$(field file "$dir/record")" ] && is_whole "$dir/record"; then echo recorded
  elif [ "$found" = "$(field file "$dir/previous.record")" ] && is_whole "$dir/previous.record"; then echo previous
  else echo edited
  fi
}

carried() {
  [ "$p_state" = active ] && [ "$p_pid" -gt 0 ] && [ -f "$dir/record" ] || { echo unknown; return; }
  lines=$(environment)
  if [ -z "$lines" ]; then echo unknown
  elif carries "$dir/record"; then echo recorded
  elif carries "$dir/previous.record"; then echo previous
  else echo "different $(differing "$dir/record")"
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
    for pair in $(pairs); do
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
