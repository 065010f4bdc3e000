# `current` is switched to the bundle before, as `do_return` of release.sh does it.
n=$(cat "$p")
case $n in "" | .* | -* | *[!A-Za-z0-9@._-]*) no "$p names no bundle" ;; esac
ours "$f" && ours "$f/releases" || no "$f or its releases are not of root alone"
[ -d "$f/releases/$n" ] || no "the bundle $n is not there any more"
rm -f "$f/.current.tmp"
ln -s "releases/$n" "$f/.current.tmp" && mv -T "$f/.current.tmp" "$f/current" || no "$f/current can not be switched"
settle
tell "back on ${l:-$n}"
