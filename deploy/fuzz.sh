#!/bin/sh
# Runs every fuzzer of the tree for a while, two at a time: deploy/fuzz.sh 5s
set -eu
time=${1:-5s}
top=$(pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# One instrumented program per package, then one run of it per fuzzer. A finding lands in the package's
# testdata/fuzz, as always.
one() {
	dir=${1%%:*} fuzzer=${1##*:} program="$tmp/$(echo "${1%%:*}" | tr / _)"
	if ! (cd "$top/$dir" && "$program" -test.run '^$' -test.fuzz "^$fuzzer\$" -test.fuzztime "$time" -test.fuzzminimizetime 10x \
		-test.fuzzcachedir "$tmp/cache" -test.parallel 1 >"$program.$fuzzer.log" 2>&1); then
		# The engine sometimes reports its own deadline at the end of the time as a failure; that is no finding.
		if ! grep -q 'context deadline exceeded' "$program.$fuzzer.log" || grep -qE 'Failing input|panic|hung or terminated' "$program.$fuzzer.log"; then
			cat "$program.$fuzzer.log"
			return 1
		fi
	fi
	echo "fuzz $dir $fuzzer: $(grep -oE 'execs: [0-9]+' "$program.$fuzzer.log" | tail -1)"
}
grep -rlE '^func Fuzz' --include='*_test.go' cmd edge sync devices zpl pwa 2>/dev/null | grep -v node_modules | xargs -n1 dirname | sort -u | while read -r dir; do
	go test -c -fuzz . -o "$tmp/$(echo "$dir" | tr / _)" "./$dir"
	for f in $(grep -hoE '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | sed 's/^func //' | sort -u); do
		echo "$dir:$f"
	done
done >"$tmp/list"
[ -s "$tmp/list" ]
fail=0
while read -r a && { read -r b || b=""; }; do
	one "$a" &
	first=$!
	if [ -n "$b" ]; then one "$b" || fail=1; fi
	wait "$first" || fail=1
	[ $fail = 0 ] || exit 1
done <"$tmp/list"
