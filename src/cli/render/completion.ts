/**
 * Each asks `keyturn __complete` with the words so far, the one under the cursor last, and gets one candidate per line,
 * a tab and what it is. Where there is none, the shell goes on with file names.
 */
export const completionScripts: Readonly<Record<"bash" | "zsh" | "fish", string>> = {
  // bash breaks words at @ as well: the line is read by blanks, and what stands before the last @ is taken off again
  bash: `# completion of keyturn for bash
_keyturn() {
  local line="\${COMP_LINE:0:COMP_POINT}" candidate cut
  local -a words
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  cut="\${words[\${#words[@]}-1]}"
  cut="\${cut%"\${cut##*@}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    COMPREPLY+=("\${candidate#"$cut"}")
  done < <("\${words[0]}" __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o bashdefault -o default -F _keyturn keyturn
`,
  zsh: `#compdef keyturn
# completion of keyturn for zsh
_keyturn() {
  local -a candidates
  local candidate description
  while IFS=$'\\t' read -r candidate description; do
    candidates+=("\${candidate//:/\\\\:}:$description")
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then
    _describe keyturn candidates
  else
    _files
  fi
}
compdef _keyturn keyturn
`,
  fish: `# completion of keyturn for fish
function __keyturn_complete
    set -l words (commandline -opc)
    set -l partial (commandline -ct)
    $words[1] __complete -- $words[2..-1] "$partial" 2>/dev/null
end
complete -c keyturn -a '(__keyturn_complete)'
`,
};
