# The kept file takes the present one's place in one step, as `do_return` of release.sh does it. Until its instances were
# restarted the records stay: a line that was stopped half-way is pasted again.
o=$4 m=$5 t=${f%/*}/.${f##*/}.returned
shift 5
ours "${f%/*}" || no "${f%/*} is not a folder of root alone"
if [ -h "$f" ] || { [ -e "$f" ] && ! [ -f "$f" ]; }; then no "something else than a file is at $f"; fi
[ -z "$l" ] || [ "$(sum "$p")" = "$(field file "$r")" ] || no "$p is damaged"
if [ -n "$l" ]; then while read -r w n s; do [ "$w" != attach ] || [ "$(sum "$f.d/$l/$n")" = "$s" ] || no "$f.d/$l/$n is missing or damaged"; done <"$r"; fi
trap "rm -f $t" EXIT
trap "exit 1" HUP INT TERM
rm -f "$t"
(set -C && : >"$t") && chown "$o" "$t" && chmod "$m" "$t" || no "$t can not be made"
chcon --reference="$f" "$t" 2>/dev/null
cat "$p" >"$t" && flush "$t" && mv -f "$t" "$f" || no "$f can not be written"
flush "${f%/*}"
