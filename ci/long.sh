#!/usr/bin/env bash
# The checks that take too long for every change: every word through every map on every level of
# instructions, 10^9 draws of every law, a gibibyte of memory, the golden values in every build, and
# an outside battery of tests. docs/numerics.md has its last output.
#
#   ci/long.sh [--short] [step ...]
#
# --short is a part of each, in about ten minutes, most of it compilation: .ci/run calls it. Steps, all unless some are
# named: references maps distributions check memory driver golden orthogonal buffers battery peers. Ends non-zero if
# any of them fails, after all of them have run.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

short=
if [[ ${1:-} == --short ]]; then
    short=1
    shift
fi
# The checks use the library's internals. For this the library is built once more; its dependencies
# are not.
inside=(ci/with.sh fanin_checks)
checks=("${inside[@]}" cargo run --locked --quiet --release -p fanin-checks --bin)

# say COMMAND...: prints it, and runs it.
say() {
    local word line='$'
    for word; do
        [[ $word != *\ * ]] || word="'$word'"
        line+=" $word"
    done
    echo "$line"
    "$@"
}

# The references of the checks, against other libraries; and the page of the evidence, against the tables
# that it quotes.
references() {
    say "${inside[@]}" cargo test --locked --quiet --release -p fanin-checks
    say cargo test --locked --quiet --release -p fanin-signal --test evidence -- --include-ignored
}

maps() {
    if [[ $short ]]; then
        say "${checks[@]}" maps -- --stride 997 --samples 1000000
    else
        say "${checks[@]}" maps -- --samples 1000000000
    fi
}

distributions() {
    if [[ $short ]]; then
        say "${checks[@]}" distributions -- --draws 1e7
    else
        say "${checks[@]}" distributions
        say cargo test --quiet --release --test suite -- --include-ignored narrow::
    fi
}

# The check's false alarms and power.
check() {
    if [[ $short ]]; then
        say "${checks[@]}" check_power -- --arrays 100000 --largest 256
    else
        say "${checks[@]}" check_power -- --arrays 10000000
    fi
}

# resident TEST FILTER...: the largest resident size of a run of the test binary, in KiB.
resident() {
    /usr/bin/time -v "$@" 2>&1 >/dev/null | awk '/Maximum resident set size/ { print $NF }'
}

memory() {
    local test base used ignored=()
    [[ $short ]] || ignored=(--include-ignored)
    say cargo test --locked -p fanin --quiet --release --features half --test memory -- "${ignored[@]}" || return
    say cargo test --locked -p fanin --quiet --release --features half --test room || return
    [[ ! $short ]] || return 0
    if [[ ! -x /usr/bin/time ]]; then
        echo "SKIPPED: the resident size of a gibibyte: no /usr/bin/time"
        return
    fi
    test=$(cargo test --locked -p fanin --release --features half --test memory --no-run 2>&1 | sed -n 's/.*Executable.*(\(.*\))/\1/p')
    base=$(resident "$test" --exact none)
    for name in a_gibibyte a_gibibyte_in_fortran_order; do
        used=$(resident "$test" --ignored --exact "$name")
        echo "/usr/bin/time -v, $name: $used KiB resident, of which $((used - base - (1 << 20))) KiB are" \
            "neither the array's nor the empty test program's"
        ((used - base - (1 << 20) <= 1024 * $(nproc))) || return 1
    done
}

# Random calls of everything public, for an hour, with seeds from a fresh number on, so that no two runs have
# the same. Then each property with a planted fault. A failure prints the seed that replays it.
driver() {
    local seconds=3600 program seed
    [[ ! $short ]] || seconds=60
    seed=$(($(date +%s) % 1000000 * 1000000))
    program=(cargo run --locked --quiet --profile driver -p fanin-checks --features driver --bin driver --)
    say "${program[@]}" --seconds "$seconds" --seed "$seed" && say "${program[@]}" --controls
}

# The golden values, also from 1 to 64 threads, and the unit tests (in the short form, those of `cargo test`
# are all), on every level, in builds with and without optimisation.
golden() {
    local level profile profiles=(release dev) levels=(avx512 avx2 baseline) units=(--lib) failed=0
    if [[ $short ]]; then
        profiles=(release) units=()
        levels=(avx2 baseline) # What the tests run on without being forced is the best.
    fi
    for profile in "${profiles[@]}"; do
        for level in "${levels[@]}"; do
            say ci/with.sh "fanin_level=\"$level\"" \
                cargo test --locked -p fanin --quiet --profile "$profile" --features half --test golden "${units[@]}" || failed=1
        done
    done
    return "$failed"
}

# Compared with another library, which takes a minute to compile and is left out of the short form.
orthogonal() {
    [[ ! $short ]] || return 0
    say "${inside[@]}" cargo run --locked --quiet --release -p fanin-checks --features faer --bin orthogonal
}

# The page that fills memory of other libraries, one of which compiles for minutes.
buffers() {
    [[ ! $short ]] || return 0
    say cargo test --locked --quiet -p fanin-checks --features buffers --doc
}

battery() {
    say ci/battery.sh ${short:+--short}
}

# A machine with other users misses targets of time: a miss is printed, and is not a failure.
peers() {
    say checks/peers/run.sh ${short:+--short}
}

(($#)) || set -- references maps distributions check memory driver golden orthogonal buffers battery peers
uname -srm
command -v lscpu >/dev/null && lscpu | grep -E '^(Model name|CPU\(s\))'
rustc --version
failed=()
for step; do
    printf '\n== %s\n' "$step"
    began=$SECONDS
    "$step" || failed+=("$step")
    echo "($step: $((SECONDS - began)) s)"
done
if ((${#failed[@]})); then
    printf '\nFAILED: %s\n' "${failed[*]}"
    exit 1
fi
printf '\nPASSED: %s\n' "$*"
