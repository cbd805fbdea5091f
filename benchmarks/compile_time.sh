#!/usr/bin/env bash
# What including libgan costs: user seconds of `g++ -O2 -c`, median of five, for the umbrella header alone and for the
# DCGAN example. Exits 1 above a limit. Usage: compile_time.sh [BUILD_DIR] (a configured one; default build/release)
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build/release}
export CCACHE_DISABLE=1 LC_ALL=C

if [[ ! -f $build/include/gan/config.hpp ]]; then
  echo "$build is not configured; run: cmake --preset release" >&2
  exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo '#include <gan/gan.hpp>' >"$work/include.cpp"

over=0
measure() {  # NAME FILE LIMIT
  local median TIMEFORMAT=%U
  median=$(for _ in 1 2 3 4 5; do
    { time "${CXX:-g++}" -std=c++20 -O2 -c -Iinclude -I"$build/include" "$2" -o "$work/object.o"; } 2>&1
  done | sort -n | sed -n 3p)
  printf '%-24s %5.2f s  (limit %.1f s)\n' "$1" "$median" "$3"
  if awk "BEGIN { exit !($median > $3) }"; then over=1; fi
}
measure '#include <gan/gan.hpp>' "$work/include.cpp" 1.0
if [[ -f examples/dcgan.cpp ]]; then measure examples/dcgan.cpp examples/dcgan.cpp 4; fi
exit "$over"
