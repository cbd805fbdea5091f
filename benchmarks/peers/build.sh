#!/usr/bin/env bash
# Builds the peers of benchmarks/step under build/peers:
#   build.sh libtorch    libtorch_step, with Debian's libtorch-dev and libopenblas0-openmp (Debian 12: 1.13.1, 0.3.21)
#   build.sh pytorch     venv, with the newest PyTorch of Python's registry (several GB)
#   build.sh onednn      installs libdnnl-dev (Debian 12: 2.6.3), which kernel_table is built with where it is there
# Does nothing where they are up to date.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p build/peers

# install PACKAGE...: what is missing of Debian's packages.
install() {
  local missing=() sudo=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then return; fi
  echo "Installing from Debian's packages: ${missing[*]}"
  if [[ $(id -u) != 0 ]]; then sudo=(sudo); fi
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

case ${1:-} in
  libtorch)
    install g++ libtorch-dev libopenblas0-openmp
    source=benchmarks/peers/libtorch_step.cpp program=build/peers/libtorch_step
    if [[ ! $program -nt $source || ! $program -nt benchmarks/peers/libtorch_networks.hpp ]]; then
      echo "Compiling $source (about a minute)"
      "${CXX:-g++}" -std=c++17 -O2 -isystem /usr/include/torch/csrc/api/include "$source" -o "$program.new" \
        -ltorch -ltorch_cpu -lc10
      mv "$program.new" "$program"
    fi
    ;;
  pytorch)
    if ! build/peers/venv/bin/python -c 'import torch' 2>/dev/null; then
      install python3-venv
      echo "Installing PyTorch into build/peers/venv"
      python3 -m venv build/peers/venv
      build/peers/venv/bin/pip install --quiet torch numpy setuptools
    fi
    ;;
  onednn)
    install libdnnl-dev
    ;;
  *)
    echo "usage: build.sh libtorch|pytorch|onednn" >&2
    exit 2
    ;;
esac
