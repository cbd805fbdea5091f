#!/usr/bin/env bash
# Builds the peer of benchmarks/step: build/peers/libtorch_step, with Debian's libtorch.
# Installs what is missing of: g++, libtorch-dev, libopenblas0-openmp (Debian 12: libtorch 1.13.1, OpenBLAS 0.3.21).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

missing=()
for package in g++ libtorch-dev libopenblas0-openmp; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  echo "Installing from Debian's packages: ${missing[*]}"
  sudo=()
  if [[ $(id -u) != 0 ]]; then sudo=(sudo); fi
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
fi

mkdir -p build/peers
source=benchmarks/peers/libtorch_step.cpp
program=build/peers/libtorch_step
if [[ $program -nt $source ]]; then
  echo "$program is up to date."
  exit 0
fi
echo "Compiling $source (about a minute)"
"${CXX:-g++}" -std=c++17 -O2 -isystem /usr/include/torch/csrc/api/include "$source" \
  -o "$program.new" -ltorch -ltorch_cpu -lc10
mv "$program.new" "$program"
echo "Built $program."
