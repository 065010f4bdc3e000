# ---- where else a unit gets its variables ----

# every instance in one question: its state, what its unit reads, and every other place that sets variables of the record;
# names and paths only
observe_units() {
  set -- $pairs
  asked=''
  for pair; do asked="$asked ${pair#*=}"; done
  # values of `Environment=` come here and go no further
  shown=$(systemctl show -p "$unit_properties,EnvironmentFiles,Environment,FragmentPath,DropInPaths,WorkingDirectory" \
    -- $asked 2>/dev/null </dev/null | awk "$unit_lines")
  # one that systemd takes for no name at all has no block, and nobody could tell which
  [ "${shown%%"$next_line"*}" = "units $#" ] || { observe_one_by_one; return; }
  while read -r word value; do
    case $word in
      unit)
        instance=${1%%=*} unit=${1#*=} reads='' places='' said=- work='' sets=''
        know_nothing
        shift
        ;;
      is) learn "${value%%=*}" "${value#*=}" ;;
      reads) add_reads "$value" ;;
      at) places="$places $value" ;;
      said) said=$value ;;
      in) work=$value ;;
      sets) sets="$sets $value" ;;
      end)
        conclude
        since_when
        say_instance
        [ ! -f "$dir/record" ] || tell_sources
        ;;
    esac
  done <<EOF
$shown
EOF
}

# systemd takes a pattern for a file, too; ours is told by its own name, whichever way the unit spells it
add_reads() {
  case $1 in *'*'*) set +f; set -- $1; set -f ;; esac
  for found; do
    if [ "$found" -ef "$file" ] 2>/dev/null; then found=$file; fi
    ! is_path "$found" || reads="$reads$found "
  done
}

# the blocks of `systemctl show` as lines: how many units, then of each unit, is PROPERTY=VALUE, reads PATH, at PATH (its own
# files), said PATH (the last of them that names a file), in FOLDER, sets NAME, end
unit_lines='
  function plain(path) { gsub(/[^A-Za-z0-9@._:\\\/+*-]/, "?", path); return substr(path, 1, 250) }
  function rest() { return substr($0, index($0, "=") + 1) }
  # words with quotes and escapes, as systemd prints them; a quoted one may go on in the next line
  function scan(text,   i, c) {
    for (i = 1; i <= length(text); i++) {
      c = substr(text, i, 1)
      if (escaped) escaped = 0
      else if (c == "\\") { escaped = 1; continue }
      else if (quote != "") { if (c == quote) { quote = ""; continue } }
      else if (c == "\"" || c == "\047") { quote = c; if (name == "$") name = ""; continue }
      else if (c == " ") { name = ""; named = 0; continue }
      if (named) continue
      if (c != "=") name = name c
      else { named = 1; if (name ~ /^[A-Za-z_][A-Za-z0-9_]*$/ && length(name) <= 100) tell("sets " name) }
    }
  }
  function tell(line) { lines[++count] = line }
  function names_file(path,   line, found) {
    while ((getline line < path) > 0) if (line ~ /^[ \t]*EnvironmentFile[ \t]*=/) found = 1
    close(path)
    return found
  }
  function own(path) { tell("at " path); if (names_file(path)) tell("said " path) }
  function begin() { if (!open) { open = 1; units++; tell("unit") } }
  function end() { if (open) tell("end"); open = 0 }
  quote != "" { scan($0); next }
  $0 == "" { end(); next }
  { begin() }
  /^EnvironmentFiles=./ { sub(/ \(ignore_errors=[a-z]*\)$/, ""); tell("reads " plain(rest())); next }
  /^(FragmentPath|DropInPaths)=./ { n = split(rest(), paths, " "); for (at = 1; at <= n; at++) own(plain(paths[at])); next }
  /^WorkingDirectory=./ { path = rest(); sub(/^[!-]+/, "", path); tell("in " plain(path)); next }
  /^Environment=./ { name = ""; named = 0; scan(rest()); next }
  /^[A-Za-z]+=[A-Za-z0-9-]*$/ { tell("is " $0) }
  END { end(); print "units", units + 0; for (at = 1; at <= count; at++) print lines[at] }'

tell_sources() {
  told='' left=20
  for path in $reads; do [ "$left" -eq 0 ] || told="$told$path " left=$((left - 1)); done
  say "reads $instance $said $told"
  # most read our file and nothing else
  [ "$reads" != "$file " ] || [ -n "$sets" ] || [ -f "$work/.env" ] || return 0
  shadows | awk -v head="shadow $instance" '
    { key = $1 " " $2 " " $3; if (!(key in names)) order[++count] = key; if (++many[key] <= 50) names[key] = names[key] " " $4 }
    END { for (i = 1; i <= count && i <= 20; i++) print head, order[i] names[order[i]] }
  '
}

# kind, who wins, path and name: later files win over earlier ones, any file over `Environment=`
shadows() {
  winner=theirs
  case " $reads" in *" $file "*) winner=ours ;; esac
  behind=" $reads" behind=" ${behind##*" $file "}"
  for path in $reads; do
    [ "$path" != "$file" ] || continue
    wins=$winner
    case $behind in *" $path "*) wins=theirs ;; esac
    tell_shadow file "$wins" "$path" "$(names_in "$path" | recorded_names)"
  done
  for name in $(printf '%s\n' $sets | recorded_names); do
    echo unit "$winner" "$(last_with "^[^#;]*(^|[[:space:]\"'=])$name=")" "$name"
  done
  path=$work/.env
  case " $reads$file " in *" $path "*) return ;; esac
  is_path "$path" && [ ! -L "$path" ] && tell_shadow dotenv unknown "$path" "$(names_in "$path" | recorded_names)"
}

tell_shadow() { for name in $4; do echo "$1" "$2" "$3" "$name"; done; }

# the last of the unit's own files that has such a line
last_with() {
  found=-
  for place in $places; do grep -Eq -e "$1" "$place" 2>/dev/null && found=$place; done
  echo "$found"
}

recorded_names() { awk 'FNR == NR { if ($1 == "var") want[$2] = 1; next } $1 in want' "$dir/record" - | sort -u; }

# what an edited file has and the record has not
foreign_names() {
  names_in "$file" | awk 'FNR == NR { if ($1 == "var" || $1 == "attach") known[$2] = 1; next } !($1 in known)' "$dir/record" - \
    | sort -u | head -n 50 | tr '\n' ' '
}

# names that systemd would read in an environment file; a value in quotes or with a backslash may go on in the next line
names_in() {
  [ -f "$1" ] || return 0
  start_of "$1" | awk '
    function scan(text,   i, c) {
      for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "\\" && quote != "\047") { begun = quote == ""; if (++i > length(text)) more = 1 }
        else if (quote != "") { if (c == quote) { quote = ""; begun = 0 } }
        else if (!begun && (c == "\"" || c == "\047")) quote = c
        else if (c != " " && c != "\t") begun = 1
      }
    }
    {
      text = $0
      if (quote == "" && !more) {
        sub(/^[ \t\r]+/, "", text)
        if (text ~ /^[#;]/) { more = 0; next }
        at = index(text, "=")
        if (at == 0) next
        name = substr(text, 1, at - 1)
        sub(/[ \t]+$/, "", name)
        if (name ~ /^[A-Za-z_][A-Za-z0-9_]*$/ && length(name) <= 100) print name
        begun = 0
        text = substr(text, at + 1)
      }
      more = 0
      scan(text)
    }
  '
}
