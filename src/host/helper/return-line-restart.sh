# One after the other; behind one that does not come up the others are left running as they are.
u="" k="" n=""
for s; do if [ -n "$u" ]; then n="$n $s"; elif start "$s" 9>&-; then k="$k $s"; else u=$s; fi; done
settle
[ -z "$u" ] || { tell "the file of ${l:-the time before Keyturn} is back, but $u did not come up with it; restarted:${k:- none}; left as they were:${n:- none}"; exit 1; }
tell "back on ${l:-the file from before Keyturn}; restarted:$k"
