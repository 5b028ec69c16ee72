#!/usr/bin/env bash
# The words of the stream through dieharder, an outside battery of tests (Debian package dieharder).
#
#   ci/battery.sh            all its tests, on three streams: hours
#   ci/battery.sh --short    a few tests of each: 20 seconds
#
# The streams are the words of one key, the same with the bits of every word reversed, and block 0 of
# one key after the other (checks/src/bin/words.rs). Each must deliver at least 32 GiB.
#
# dieharder calls a result WEAK if its p-value is within 0.005 of 0 or 1, which 1 in 100 is by
# chance; with -Y 1 it then takes more samples until the result is PASSED or, within 1e-6 of 0 or 1,
# FAILED. A FAILED is a failure of this script, but for the tests that dieharder itself lists as
# "Suspect" or "Do Not Use" (opso, oqso, dna; sums), which good generators fail too: the script only
# names them. So three times 114 results raise a false alarm about once in a thousand keys.
#
# Bad generators with the same plumbing must fail: one lane of the 16 repeating another, a congruential
# generator, and blocks that are seeded by their number.
#
# Output is kept in target/battery. Without dieharder the script prints SKIPPED and succeeds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

least=$((32 << 30))                                                   # bytes of a stream
suspect='diehard_opso diehard_oqso diehard_dna diehard_sums'          # by dieharder's own list
few=("-d 0" "-d 8" "-d 10" "-d 15" "-d 100")                          # of the short form

if ! command -v dieharder >/dev/null; then
    echo "SKIPPED: the outside battery: no dieharder"
    exit
fi
# With the library's internals.
ci/with.sh fanin_checks cargo build --locked --quiet --release -p fanin-checks --bin words
words=target/release/words
out=target/battery
mkdir -p "$out"

# run NAME WORDS-OPTIONS DIEHARDER-OPTIONS: results to NAME.txt, the number of words to NAME.words.
run() {
    # shellcheck disable=SC2086 # options are words
    "$words" $2 2>"$out/$1.words" | dieharder $3 -g 200 -Y 1 -k 2 >"$out/$1.txt"
}

# results FILE: name, parameter, p-value and verdict of each, once all samples are taken. A test that is
# WEAK is listed again with more samples.
results() {
    awk -F'|' '$6 ~ /PASSED|WEAK|FAILED/ {
        gsub(/ /, "")
        key = $1 " " $2
        if ($4 != samples[key]) lines[key] = ""
        samples[key] = $4
        if (!(key in known)) { known[key] = 1; order[++count] = key }
        lines[key] = lines[key] key " " $5 " " $6 "\n"
    }
    END { for (i = 1; i <= count; i++) printf "%s", lines[order[i]] }' "$1"
}

status=0

# judge NAME LEAST: prints a line on a stream, and its failures.
judge() {
    local all failed excused="" name rest taken again
    all=$(results "$out/$1.txt")
    again=$(grep -c ' WEAK ' "$out/$1.txt" || true)
    failed=""
    while read -r name rest; do
        [[ $rest == *FAILED* ]] || continue
        if [[ " $suspect " == *" $name "* ]]; then
            excused+="${excused:+, }$name"
        else
            failed+="$name $rest"$'\n'
        fi
    done <<<"$all"
    taken=$(awk '/^words:/ { sum += $2 } END { printf "%.0f", sum }' "$out/$1".*words)
    awk -v name="$1" -v taken="$taken" -v excused="${excused:-none}" -v again="$again" '
        { total++; verdict[$4]++; if (least == "" || $3 < least) least = $3; if ($3 > most) most = $3 }
        END {
            printf "%s: %.1f GiB, %d results: %d passed (more samples were taken %d times), %d weak, %d failed",
                name, taken / 2^30, total, verdict["PASSED"], again, verdict["WEAK"], verdict["FAILED"]
            printf " (suspect tests: %s); p from %s to %s\n", excused, least, most
        }' <<<"$all"
    if [[ -n $failed || -z $all ]] || ((taken < $2)); then
        printf 'FAILED: %s: %s\n' "$1" "${failed:-too little was read}"
        status=1
    fi
}

streams=(forward: reversed:--reversed keys:--keys)
for stream in "${streams[@]}"; do
    name=${stream%%:*}
    options=${stream#*:}
    if [[ ${1:-} == --short ]]; then
        : >"$out/$name.all"
        rm -f "$out/$name".*words
        for test in "${few[@]}"; do
            run "$name" "$options" "$test"
            cat "$out/$name.txt" >>"$out/$name.all"
            mv "$out/$name.words" "$out/$name.${test//[^0-9]/}.words"
        done
        mv "$out/$name.all" "$out/$name.txt"
        judge "$name" 1
    else
        rm -f "$out/$name".*words
        run "$name" "$options" "-a"
        judge "$name" "$least"
    fi
done

for kind in lane congruential seeds; do
    run "bad" "--bad $kind" "-d 8"
    if [[ $(results "$out/bad.txt") == *FAILED* ]]; then
        echo "bad generator, $kind: rejected"
    else
        echo "FAILED: bad generator, $kind: not rejected"
        status=1
    fi
done
exit "$status"
