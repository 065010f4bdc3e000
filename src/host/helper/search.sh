# ---- search: where values of this machine stand outside of their places ----

# Who asks sends each value with its name, and only what a record here has is looked for: the release of now or the kept one.
# How a value may be written is worked out here, and where is looked is fixed. So the answer tells nobody a text that they
# could not have said: only places, never what stands there.

search_root=/opt
most_search=3600000
worker=''

# milliseconds count, then count lines: target name, and NAME=value in hex, or of a file variable its release
search() {
  limit=$1 left=${2:-}
  [ $# -eq 2 ] && is_number "$limit" && [ "$limit" -le "$most_search" ] && is_count "$left" || malformed
  values='' last='' number=0
  while [ "$number" -lt "$left" ] && read -r target name hex; do
    is_name "$target" && is_variable "$name" && { is_release "$hex" || is_hex "$hex"; } || malformed
    [ "$target" = "$last" ] || { id=$target; load_target "$target"; know_records; last=$target; }
    find_held
    if [ -n "$held" ]; then
      say "held $number"
      case $values in
        *" $held
"*) ;;
        *) values="$values$number $held
" ;;
      esac
    fi
    number=$((number + 1))
  done
  if [ -n "$values" ]; then search_machine; fi
  say searched
}

know_records() {
  listed='' listed_before=''
  if [ -f "$dir/record" ]; then listed=$(cat "$dir/record"); fi
  if [ -f "$dir/previous.record" ]; then listed_before=$(cat "$dir/previous.record"); fi
}

# sets held, the value in hex, or to nothing
find_held() {
  held='' line=''
  is_release "$hex" || line=$(printf '%s\n' "$hex" | sed 's/../ &/g')
  hold_by "$dir/record" "$listed" || hold_by "$dir/previous.record" "$listed_before" || :
}

# a record and its text
hold_by() {
  [ -n "$2" ] && read_record "$1" || return 1
  if ! is_release "$hex"; then
    found=$(printf '%s\n%s\n' "$r_salt" "$line" | sha256sum)
    case "$2
" in *"
var $name ${found%% *}
"*) ;; *) return 1 ;; esac
    # no name has this byte
    held=${hex#*3d}
    return
  fi
  [ "$runtime" != site ] && [ "$r_release" = "$hex" ] || return 1
  sum=$(printf '%s\n' "$2" | sed -n "s/^attach $name //p")
  place=$(attachment "$r_release" "$name")
  is_digest "$sum" && is_attached "$place" "$sum" || return 1
  held=$(od -An -v -tx1 -N "$most_bytes" <"$place" | tr -d ' \n')
}

# ---- how a value may be written ----

# of lines `number hex` lines `number encoding`, a tab, and the bytes of one form; of those that a value contains no other one
form_lines='
  function tell(encoding, text) {
    if (length(text) < 8 || (number SUBSEP text) in told || text ~ /[\n\r]/) return
    told[number, text] = 1
    print number " " encoding "\t" text
  }
  # what stands before a value in a text that is base64 as a whole shifts it by none, one or two bytes
  function base64(before,   i, bits, have, power, out, n) {
    n = size + before
    for (i = 1; i <= n; i++) {
      bits = bits * 256 + (i > before ? code[i - before] : 0)
      have += 8
      while (have >= 6) {
        have -= 6
        # busybox may have no powers
        power = have == 0 ? 1 : have == 2 ? 4 : have == 4 ? 16 : 64
        out = out substr(letters, int(bits / power) + 1, 1)
        bits = bits % power
      }
    }
    return substr(out, before == 0 ? 1 : before + 2)
  }
  function safe(text) { gsub(/\+/, "-", text); gsub(/\//, "_", text); return text }
  # all but letters, digits and these as %41
  function percent(keep, digits,   i, out) {
    for (i = 1; i <= size; i++)
      out = out (char[i] ~ /[A-Za-z0-9]/ || index(keep, char[i]) ? char[i] : sprintf(digits, code[i]))
    return out
  }
  function tell_url(keep,   i, text) {
    for (i = 1; i <= 2; i++) {
      text = percent(keep, i == 1 ? "%%%02X" : "%%%02x")
      tell("url", text)
      gsub(/%20/, "+", text)
      tell("url", text)
    }
  }
  function quoted(of,   i, out) {
    for (i = 1; i <= size; i++) out = out (index(of, char[i]) ? "\\" char[i] : char[i])
    return out
  }
  function json(   i, out) {
    for (i = 1; i <= size; i++)
      out = out (char[i] in escape ? escape[char[i]] : code[i] < 32 ? sprintf("\\u%04x", code[i]) : char[i])
    return out
  }
  function again(text) { gsub(/\\/, "&&", text); gsub(/"/, "\\\"", text); return text }
  function tell_json(text,   wide) {
    tell("json", text)
    tell("json", again(text))
    wide = text
    gsub(/\//, "\\/", wide)
    tell("json", wide)
    tell("json", again(wide))
    gsub(/</, "\\u003c", text); gsub(/>/, "\\u003e", text); gsub(/\046/, "\\u0026", text)
    tell("json", text)
  }
  function each(text, from, to,   at, out) {
    while (at = index(text, from)) { out = out substr(text, 1, at - 1) to; text = substr(text, at + length(from)) }
    return out text
  }
  function tell_html(   base, i, j, text) {
    base = each(each(each(whole, "\046", "\046amp;"), "<", "\046lt;"), ">", "\046gt;")
    tell("html", base)
    for (i = 1; i <= 2; i++) {
      text = each(base, "\"", i == 1 ? "\046quot;" : "\046#34;")
      tell("html", text)
      for (j = 1; j <= 4; j++) tell("html", each(text, "\047", apostrophe[j]))
    }
  }
  # of several lines those that tell something by themselves: 16 letters and digits, and both of them
  function tell_lines(   n, i, rest, run, line) {
    n = split(whole, line, "\n")
    if (n < 2) return
    for (i = 1; i <= n; i++) {
      gsub(/^[ \t\r]+|[ \t\r]+$/, "", line[i])
      if (substr(line[i], 1, 5) == "-----") continue
      rest = line[i]
      while (match(rest, /[A-Za-z0-9+_=-]+/)) {
        run = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        if (length(run) >= 16 && run ~ /[0-9]/ && run ~ /[A-Za-z]/) { tell("line", line[i]); break }
      }
    }
  }
  function is_space(at) { return code[at] == 32 || (code[at] >= 9 && code[at] <= 13) }
  BEGIN {
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (i = 0; i < 256; i++) { hex = sprintf("%02x", i); code_of[hex] = i; char_of[hex] = sprintf("%c", i) }
    escape["\""] = "\\\""; escape["\\"] = "\\\\"
    escape["\b"] = "\\b"; escape["\f"] = "\\f"; escape["\n"] = "\\n"; escape["\r"] = "\\r"; escape["\t"] = "\\t"
    apostrophe[1] = "\046#39;"; apostrophe[2] = "\046#x27;"; apostrophe[3] = "\046apos;"; apostrophe[4] = "\046#039;"
  }
  {
    number = $1
    size = length($2) / 2
    for (i = 1; i <= size; i++) { code[i] = code_of[substr($2, 2 * i - 1, 2)] }
    # white space around it does not count
    first = 1
    while (first <= size && is_space(first)) first++
    while (size >= first && is_space(size)) size--
    size -= first - 1
    digits = substr($2, 2 * first - 1, 2 * size)
    whole = ""
    for (i = 1; i <= size; i++) {
      hex = substr(digits, 2 * i - 1, 2)
      code[i] = code_of[hex]
      char[i] = char_of[hex]
      whole = whole char[i]
    }
    if (size < 8) next
    binary = 0
    for (i = 1; i <= size; i++) if (code[i] == 0) binary = 1
    if (!binary) tell("literal", whole)
    for (i = 0; i < 3; i++) { text = base64(i); tell("base64", text); tell("base64url", safe(text)) }
    tell("hex", digits)
    tell("hex", toupper(digits))
    if (binary || whole ~ /^[A-Za-z0-9._-]*$/) next
    tell_url("-._~"); tell_url("-._~!\047()*"); tell_url("-._*"); tell_url("-._~!\047()*;,/?:@\046=+$#")
    tell_json(json())
    tell("shell", each(whole, "\047", "\047\\\047\047"))
    tell("shell", quoted("\"\\$`"))
    tell_html()
    tell_lines()
  }'

# ---- where they stand ----

# one process at work, at the lowest priority, and this one, which tells that it lives: who has gone is noticed by that
search_machine() {
  table=$(printf '%s' "$values" | awk "$form_lines")
  values=''
  patterns=$(printf '%s\n' "$table" | cut -f 2-)
  find_roots
  # GNU grep knows lines of any bytes; busybox sees nothing behind a NUL, unless NULs end the lines
  whole=-z
  if grep --version 2>/dev/null </dev/null | grep -q GNU; then whole=''; fi
  look_through </dev/null 9>&- &
  worker=$!
  tell_now
  begin=$now heard=$now pause=0.1
  while find_start "$worker" && [ -n "$start" ]; do
    nap "$pause"
    pause=0.5
    tell_now
    [ $((now - begin)) -lt "$limit" ] || { end_worker; say cut; break; }
    [ $((now - heard)) -lt 4000 ] || { heard=$now; say waiting; }
  done
  wait "$worker" 2>/dev/null
  worker='' table='' patterns=''
}

# with all that it has started
end_worker() {
  [ -n "$worker" ] || return 0
  set +f
  family=$(cat /proc/[0-9]*/stat 2>/dev/null | awk -v root="$worker" '
    { pid = $1; sub(/^.*\) /, ""); parent[pid] = $2 }
    END {
      ours[root] = 1
      do {
        more = 0
        for (pid in parent) if (!(pid in ours) && parent[pid] in ours) { ours[pid] = 1; more = 1 }
      } while (more)
      for (pid in ours) print pid
    }')
  set -f
  kill -KILL $family 2>/dev/null
  worker=''
}

# sets roots, none inside another, and homes: where values of this machine are meant to be
find_roots() {
  roots='' homes=''
  add_root "$search_root"
  while read -r a_kind a_id a b c d e f g; do
    case $a_kind in
      systemd | compose)
        is_path "$a" && is_name "$a_id" || continue
        add_root "${a%/*}"
        [ -z "$real" ] || homes="$homes $real/${a##*/} $real/${a##*/}.d $real/.${a##*/}.keyturn-staged $real/.${a##*/}.$a_id.keyturn-staged"
        [ "$a_kind" != compose ] || add_root "$f"
        ;;
      site) add_root "$a" ;;
    esac
  done <"$allowlist"
}

add_root() {
  real=''
  is_path "$1" && cd -P "$1" 2>/dev/null || return 0
  real=$PWD
  cd /
  is_path "$real" || { real=''; return 0; }
  kept=''
  for root in $roots; do
    case $real/ in "$root"/*) return 0 ;; esac
    case $root/ in "$real"/*) ;; *) kept="$kept $root" ;; esac
  done
  roots="$kept $real"
}

look_through() {
  read -r self _ </proc/self/stat
  renice -n 19 -p "$self" >/dev/null 2>&1
  ionice -c 3 -p "$self" >/dev/null 2>&1
  { look_in_files; look_in_containers; look_in_journal; } 2>/dev/null | bounded
}

# so many lines, each in one piece
bounded() {
  places=0 others=0
  while IFS= read -r line; do
    case $line in
      found*) places=$((places + 1)); [ "$places" -le 2000 ] || continue ;;
      left*) others=$((others + 1)); [ "$others" -le 200 ] || continue ;;
    esac
    printf '%s\n' "$line" || exit 1
  done
  if [ "$places" -gt 2000 ] || [ "$others" -gt 200 ]; then echo more; fi
}

look_in_files() (
  # a line of a gigabyte is not worth a machine's memory
  ulimit -v 1048576 2>/dev/null
  list_left
  list_files | {
    files=0
    set --
    while IFS= read -r path; do
      # who asked is gone, and nobody ends this
      [ -e "/proc/$$" ] || exit 1
      files=$((files + 1))
      case $path in
        *.gz | *.tgz) look_in_packed "$path" file "$path" ;;
        *.xz | *.zst | *.bz2 | *.lz4 | *.zip | *.7z) echo "left packed $path" ;;
        *) set -- "$@" "$path" ;;
      esac
      [ $# -lt 200 ] || { look_in_batch "$@"; set --; }
    done
    [ $# -eq 0 ] || look_in_batch "$@"
    echo "looked files $files"
  }
)

# of one file system each, links not followed, and not what is in homes
find_in_roots() {
  prune=''
  for home in $homes; do prune="$prune -path $home -prune -o"; done
  find $roots -xdev $prune "$@"
}
list_files() { find_in_roots -path "*$next_line*" -prune -o -type f -size -1048576k -print; }
list_left() {
  find_in_roots -path "*$next_line*" -prune -exec echo left name \; -o -type f -size +1048575k -exec printf 'left large %s\n' {} \;
}

# most files have nothing, so many are asked at once
look_in_batch() {
  hits=$(printf '%s\n' "$patterns" | grep -laF $whole -f - -- "$@")
  if [ $? -gt 1 ]; then hits=$(for path; do hit "$path"; done); fi
  [ -n "$hits" ] || return 0
  printf '%s\n' "$hits" | while IFS= read -r path; do
    case $path in /*) matching <"$path" | tell_places file "$path" ;; *) echo "$path" ;; esac
  done
}

hit() {
  printf '%s\n' "$patterns" | grep -laF $whole -f - -- "$1"
  [ $? -lt 2 ] || [ ! -e "$1" ] || echo "left unreadable $1"
}

# path, then what it is told as
look_in_packed() {
  path=$1
  shift
  {
    { gzip -dc <"$path" || echo "left packed $path" >&4; } | head -c 1073741824 | matching | tell_places "$@"
  } 4>&1
}

# of a text the lines that have a form in them, with their numbers. The patterns come by a pipe, and so does the text
matching() {
  tr '\000' ' ' | { printf '%s\n' "$patterns" | grep -anhF -m 10000 -f - /proc/self/fd/3; } 3<&0
}

# kind and the rest of the place
tell_places() {
  { printf '%s\n\n' "$table"; cat; } | awk "$form_tables"'
    {
      at = index($0, ":")
      find_forms(substr($0, at + 1))
      for (i = 1; i <= many; i++) {
        key = tag[match_of[i]]
        if (!count[key]++) { first[key] = substr($0, 1, at - 1); order[++keys] = key }
      }
    }
    END { for (i = 1; i <= keys; i++) print order[i], count[order[i]], first[order[i]] }' \
    | while read -r number encoding count first; do
      echo "found $number $encoding $count $first $*"
    done
}

# reads the table up to its empty line; find_forms sets match_of[1..many], those that stand in a text, of one value none inside
# another
form_tables='
  function find_forms(text,   i, j, at) {
    many = 0
    for (i = 1; i <= forms; i++) if (index(text, form[i])) match_of[++many] = i
    for (i = 1; i <= many; i++)
      for (j = 1; j <= many; j++)
        if (match_of[j] && match_of[i] && i != j && of[match_of[i]] == of[match_of[j]] \
          && index(form[match_of[j]], form[match_of[i]])) match_of[i] = 0
    at = 0
    for (i = 1; i <= many; i++) if (match_of[i]) match_of[++at] = match_of[i]
    many = at
  }
  !begun && $0 == "" { begun = 1; next }
  !begun {
    forms++
    at = index($0, "\t")
    tag[forms] = substr($0, 1, at - 1)
    of[forms] = $1
    form[forms] = substr($0, at + 1)
    next
  }'

look_in_containers() {
  command -v docker >/dev/null || return 0
  all=$(docker ps -aq --no-trunc) || return 0
  seen=0
  for container in $all; do
    read -r name driver log <<END
$(docker inspect -f '{{.Name}} {{.HostConfig.LogConfig.Type}} {{.LogPath}}' "$container")
END
    name=${name#/}
    is_name "$name" || continue
    seen=$((seen + 1))
    case $driver in
      # the journal is looked through by itself
      journald) ;;
      none) echo "left unreadable container $name" ;;
      *)
        if [ -f "$log" ]; then
          set +f; set -- "$log" "$log".*; set -f
          for path; do
            case $path in
              *.gz) look_in_packed "$path" container "$name" "${path#"$log"}" ;;
              *) [ ! -f "$path" ] || matching <"$path" | tell_places container "$name" "${path#"$log"}" ;;
            esac
          done
        else docker logs "$container" 2>&1 | matching | tell_places container "$name"
        fi
        ;;
    esac
  done
  echo "looked containers $seen"
}

# every field of every entry, the newest first: a program that is given a value as an argument has it in _CMDLINE
look_in_journal() {
  command -v journalctl >/dev/null || return 0
  journalctl --no-pager -q -r -o export | tr '\000' ' ' | {
    printf '%s\n' "$patterns" __REALTIME_TIMESTAMP= _SYSTEMD_UNIT= | grep -ahF -f - /proc/self/fd/3
  } 3<&0 | { printf '%s\n\n' "$table"; cat; } | awk "$form_tables"'
    function flush(   i, key) {
      for (i = 1; i <= waiting; i++) {
        key = pending[i] " " unit
        if (!count[key]++) { last[key] = time; order[++keys] = key }
        first[key] = time
      }
      waiting = 0
      unit = "-"
    }
    BEGIN { unit = "-" }
    /^__REALTIME_TIMESTAMP=[0-9]+$/ { flush(); time = substr($0, 22); entries++; next }
    /^_SYSTEMD_UNIT=/ { unit = substr($0, 15); gsub(/[^A-Za-z0-9@._:\\-]/, "?", unit); next }
    {
      find_forms($0)
      if (match($0, /^[A-Z_][A-Z0-9_]*=/)) field = substr($0, 1, RLENGTH - 1); else field = "MESSAGE"
      for (i = 1; i <= many; i++) pending[++waiting] = tag[match_of[i]] " " field
    }
    END {
      flush()
      for (i = 1; i <= keys; i++) {
        split(order[i], part, " ")
        print "found", part[1], part[2], count[order[i]], first[order[i]], "journal", last[order[i]], part[3], part[4]
      }
      print "looked journal", entries + 0
    }'
}
