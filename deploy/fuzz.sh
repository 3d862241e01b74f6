#!/bin/sh
# Runs every fuzzer of the tree for a while: deploy/fuzz.sh 5s
set -eu
time=${1:-5s}
grep -rlE '^func Fuzz' --include='*_test.go' cmd edge sync devices zpl pwa 2>/dev/null | xargs -n1 dirname | sort -u | while read -r dir; do
	for f in $(grep -hoE '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | sed 's/^func //' | sort -u); do
		echo "fuzz $dir $f"
		go test "./$dir" -run '^$' -fuzz "^$f\$" -fuzztime "$time" -fuzzminimizetime 10x >"${TMPDIR:-/tmp}/picket-fuzz.$$" 2>&1 || {
			cat "${TMPDIR:-/tmp}/picket-fuzz.$$"
			exit 1
		}
	done
done
rm -f "${TMPDIR:-/tmp}/picket-fuzz.$$"
