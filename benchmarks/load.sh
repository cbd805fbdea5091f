#!/usr/bin/env bash
# Training steps on one thread and on two while another program keeps a core busy: two must not be slower than one by
# more than a tenth.
# Usage: benchmarks/load.sh [MODEL BATCH STEPS]...   (default: mlp 64 150 mnist 64 20 dcgan 16 6)
set -euo pipefail
cd "$(dirname "$0")/.."
step=build/release/benchmarks/step
[[ -x $step ]] || { echo "$step is missing: cmake --build --preset release --target step" >&2; exit 2; }
[[ $# -gt 0 ]] || set -- mlp 64 150 mnist 64 20 dcgan 16 6
rounds=5

# The median of five measurements, in milliseconds a step.
median_of() {
  local model=$1 batch=$2 steps=$3 threads=$4
  for ((i = 0; i < rounds; ++i)); do echo "$steps"; done | "$step" "$model" "$batch" --threads "$threads" |
    grep -E '^[0-9.]+$' | sort -n | sed -n "$((rounds / 2 + 1))p"
}

(while :; do :; done) &
busy=$!
trap 'kill "$busy"' EXIT
printf '%-10s %6s %12s %12s %8s\n' model batch "1 thread ms" "2 threads ms" ratio
while [[ $# -ge 3 ]]; do
  one=$(median_of "$1" "$2" "$3" 1)
  two=$(median_of "$1" "$2" "$3" 2)
  printf '%-10s %6s %12.2f %12.2f %8.2f\n' "$1" "$2" "$one" "$two" "$(awk "BEGIN { print $two / $one }")"
  shift 3
done
