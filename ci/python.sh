#!/usr/bin/env bash
# The Python package: its wheel is built and installed into an empty environment, where the first lines of its README
# and its tests run. Where PyTorch or JAX can be imported, their tests run, too.
#
#   ci/python.sh           with what the interpreter has (python3, or $PYTHON)
#   ci/python.sh --long    PyTorch, transformers and JAX are installed (gigabytes), and 1, 2, 3 and 4 processes compared
#
# Says SKIPPED where there is no Python, or nothing can be installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
out=$here/target/python
python=${PYTHON:-python3}
long=${1:-}

skipped() {
    echo "SKIPPED: the Python package: $1"
    exit 0
}

command -v "$python" >/dev/null || skipped "no $python"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || skipped "$("$python" -V) is older than 3.10"
rm -rf "$out"
mkdir -p "$out"
"$python" -m venv "$out/tools" >/dev/null 2>&1 || skipped "no module venv (Debian's python3-venv)"
tools=$out/tools/bin
# pip would wait for minutes for a network that does not answer.
"$tools/pip" -q --disable-pip-version-check --timeout 20 --retries 1 install 'maturin>=1.9,<2' 2>"$out/pip.txt" ||
    skipped "maturin cannot be installed: $(tail -n 1 "$out/pip.txt")"

cargo clippy --locked -p fanin-python -- -D warnings
# What is published has a profile of its own, whose link-time optimisation takes minutes: the long form builds it.
profile=release
[[ $long != --long ]] || profile=wheel
(cd python && "$tools/maturin" build --quiet --profile "$profile" --locked --out "$out/wheels")
wheel=$(echo "$out"/wheels/*.whl)
bytes=$(wc -c <"$wheel")
echo "$(basename "$wheel"), profile $profile: $bytes bytes"
# The target is 2 MB; python/README.md says what was measured. This only keeps it from growing further.
[[ $profile == release || $bytes -le 2400000 ]] || { echo "the wheel is larger than 2.4 MB" && exit 1; }

# An empty environment, and what the wheel itself asks for.
"$python" -m venv "$out/empty"
pip=("$out/empty/bin/pip" -q --disable-pip-version-check)
"${pip[@]}" install "$wheel"
first=$(awk '/^```python$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' python/README.md)
(cd "$out" && "$out/empty/bin/python" -c "$first")
(cd "$out" && "$out/empty/bin/python" -m fanin describe he_normal 256 784)

"${pip[@]}" install pytest blake3 ml_dtypes
tests=("$here"/python/tests/test_*.py)
check() { # PYTHON TEST...
    (cd "$out" && "$1" -m pytest -q -p no:cacheprovider --import-mode=importlib "${@:2}")
}
if [[ $long == --long ]]; then
    "${pip[@]}" install torch transformers safetensors jax
    check "$out/empty/bin/python" "${tests[@]}"
    "$out/empty/bin/python" python/tests/distributed/placements.py
    exit
fi
check "$out/empty/bin/python" "${tests[@]}"

# What the interpreter has beside.
for framework in torch jax; do
    if ! (cd "$out" && "$python" -c "import $framework") 2>/dev/null; then
        echo "SKIPPED: fanin.$framework: $("$python" -V) has no $framework"
        continue
    fi
    "${pip[@]}" install --no-deps --target "$out/beside" --upgrade "$wheel" pytest pluggy iniconfig packaging pygments blake3
    PYTHONPATH=$out/beside check "$python" "$here/python/tests/test_$framework.py"
done
