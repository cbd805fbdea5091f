#!/usr/bin/env bash
# All that needs an NVIDIA GPU, in one run: builds with the preset cuda, tests, compute-sanitizer, benchmarks.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<END
Usage: tests/gpu.sh [--out DIR] [--only STEPS] [--packages DIR] [--architecture N] [--peers NAMES]
       tests/gpu.sh --fetch DIR
Needs nvcc 13, cuDNN 9 (its Python package will do), CMake, ninja and a C++ compiler; PyTorch for its column of the
benchmarks. Not root, no network. Goes on after a step that fails; the exit code is that of the worst. 77: no GPU here.
  --out DIR         where tables and logs go (build/gpu)
  --only STEPS      of build,tests,sanitizer,benchmarks (all); the build alone needs no GPU when N is given
  --packages DIR    where --fetch has put what the system lacks
  --architecture N  of the GPU, such as 90 (what nvidia-smi says)
  --peers NAMES     of eager,compiled,captured,compiled-captured (all): variants of the PyTorch step
  --fetch DIR       on a Debian machine with network: downloads and unpacks there what the build needs of Debian, without
                    installing it
END
}

out=build/gpu steps=build,tests,sanitizer,benchmarks packages='' architecture='' peers='' fetch=''
while [[ $# -gt 0 ]]; do
  case $1 in
    --out) out=${2:?--out needs a folder}; shift 2 ;;
    --only) steps=${2:?--only needs steps}; shift 2 ;;
    --packages) packages=${2:?--packages needs a folder}; shift 2 ;;
    --architecture) architecture=${2:?--architecture needs a number}; shift 2 ;;
    --peers) peers=${2:?--peers needs names}; shift 2 ;;
    --fetch) fetch=${2:?--fetch needs a folder}; shift 2 ;;
    --help | -h) usage; exit 0 ;;
    *) echo "unknown argument: $1" >&2; usage >&2; exit 2 ;;
  esac
done
for step in ${steps//,/ }; do
  case $step in
    build | tests | sanitizer | benchmarks) ;;
    *) echo "there is no step '$step': build, tests, sanitizer or benchmarks" >&2; exit 2 ;;
  esac
done
wanted() { [[ ,$steps, == *,$1,* ]]; }

# ---- what the build needs of Debian ----------------------------------------------------------------------------------
# Libraries are linked statically: of the packages with headers that is all, and no path of this machine is in the result.
# Matrix products on the CPU are Eigen's, since OpenBLAS alone is larger than all this.
fetch_packages() {
  local folder libraries
  mkdir -p "$1"
  folder=$(cd "$1" && pwd)
  mkdir "$folder/debs"
  (cd "$folder/debs" && apt-get download --quiet=2 libeigen3-dev libgtest-dev libgmock-dev libpng-dev zlib1g-dev \
    libturbojpeg0-dev libtomlplusplus-dev libbenchmark-dev libbenchmark1debian)
  for package in "$folder"/debs/*.deb; do dpkg-deb --extract "$package" "$folder"; done
  rm -r "$folder/debs"
  libraries=$(echo "$folder"/usr/lib/*-linux-gnu*)
  # Headers beside the others: a compiler looks into the architecture's folder of the system alone.
  if [[ -d $folder/usr/include/${libraries##*/} ]]; then
    cp -r "$folder/usr/include/${libraries##*/}/." "$folder/usr/include/"
    rm -r "$folder/usr/include/${libraries##*/}"
  fi
  rm -f "$libraries"/lib{z,png,png16,turbojpeg,tomlplusplus}.so*
  (cd "$folder/usr" && rm -rf bin src share/doc share/doc-base share/man share/lintian share/pkgconfig \
    include/eigen3/unsupported)
  rm -rf "$libraries/pkgconfig"
  # Copies in place of links, which not every way to another machine keeps.
  find "$folder" -type l | while IFS= read -r link; do
    cp -rL "$link" "$link.copy" && rm "$link" && mv "$link.copy" "$link"
  done
  local kilobytes
  kilobytes=$(du -sk "$folder" | cut -f1)
  echo "$folder: $((kilobytes / 1024)) MiB"
  if [[ $kilobytes -gt $((60 * 1024)) ]]; then echo "that is more than 60 MiB" >&2; return 1; fi
}
if [[ -n $fetch ]]; then
  if [[ -e $fetch/usr || -e $fetch/debs ]]; then echo "$fetch has something already" >&2; exit 2; fi
  fetch_packages "$fetch"
  exit
fi

# ---- the GPU ---------------------------------------------------------------------------------------------------------
export PATH=$PATH:/usr/local/cuda/bin
gpu=$(nvidia-smi --query-gpu=name,compute_cap,driver_version --format=csv,noheader --id=0 2>/dev/null) || gpu=''
if [[ -z $gpu && ! ($steps == build && -n $architecture) ]]; then
  echo "gpu.sh: no NVIDIA GPU can be used here: nothing was run"
  exit 77
fi
if [[ -z $architecture ]]; then architecture=$(cut -d, -f2 <<<"$gpu" | tr -d ' .'); fi
if [[ -n $packages ]]; then packages=$(cd "$packages" && pwd); fi
build=build/cuda
mkdir -p "$out"
out=$(cd "$out" && pwd)

# ---- steps -----------------------------------------------------------------------------------------------------------
# Prints the names of the tests that need a GPU: those of the CUDA backend, and any with the label gpu.
gpu_tests() {
  ctest --test-dir "$build" --show-only=json-v1 2>/dev/null | python3 -c '
import json, sys
for test in json.load(sys.stdin)["tests"]:
    labels = [v for p in test.get("properties", []) if p["name"] == "LABELS" for v in p["value"]]
    if test["name"].startswith("cuda") or "gpu" in labels:
        print(test["name"])'
}

build_all() {
  local options=(-DCMAKE_CUDA_ARCHITECTURES="$architecture" -DGAN_EXAMPLES=OFF -DGAN_INSTALL=OFF) targets=(gpu all_cuda_tests)
  local libraries
  if [[ -n $packages ]]; then
    libraries=$(echo "$packages"/usr/lib/*-linux-gnu*)
    options+=(-DGAN_BLAS=Eigen -DCMAKE_PREFIX_PATH="$packages/usr" -DCMAKE_LIBRARY_PATH="$libraries"
      -DGTest_DIR="$libraries/cmake/GTest" -Dbenchmark_DIR="$libraries/cmake/benchmark"
      -DEigen3_DIR="$packages/usr/share/eigen3/cmake")
  fi
  cmake --preset cuda "${options[@]}" || return
  cmake --build "$build" --parallel "$(nproc)" --target "${targets[@]}"
}

run_tests() {
  local names
  names=$(gpu_tests | paste -sd '|')
  if [[ -z $names ]]; then echo "there are no tests"; return 1; fi
  ctest --test-dir "$build" --verbose --no-tests=error --tests-regex "^($names)\$" | tee "$out/ctest.log" || return
  # A test without a device passes, since it has nothing to compare.
  if grep -q 'no CUDA device can be used here' "$out/ctest.log"; then echo "the tests found no device"; return 1; fi
}

# The tests that compare tables of cases with the CPU's results, under each tool.
run_sanitizer() {
  local tool result=0
  if ! command -v compute-sanitizer >/dev/null; then echo "there is no compute-sanitizer"; return 77; fi
  for tool in memcheck racecheck initcheck; do
    echo "==== $tool"
    timeout 900 compute-sanitizer --tool "$tool" --error-exitcode 1 "$build/tests/cuda_tests" \
      --gtest_filter='Cuda*Agree*' --gtest_brief=1 || { result=1; echo "==== $tool: failed"; }
  done
  return "$result"
}

run_benchmarks() {
  local options=(--ours "$build/benchmarks/gpu" --json "$out/steps.json" --markdown "$out/steps.md") result=0
  if [[ -n $peers ]]; then options+=(--peers "$peers"); fi
  "$build/benchmarks/gpu" | tee "$out/gpu.md" || result=1
  benchmarks/gpu_compare "${options[@]}" || result=1
  return "$result"
}

# ---- one after the other ---------------------------------------------------------------------------------------------
worst=0 summary=()
run() {
  if ! wanted "$1"; then return; fi
  local code start=$SECONDS result=passed
  echo "---- $1 (log: $out/$1.log)"
  set +e
  ("$2") 2>&1 | tee "$out/$1.log" | tail -n 25
  code=${PIPESTATUS[0]}
  set -e
  if [[ $code -eq 77 ]]; then
    result="skipped: $(tail -n 1 "$out/$1.log")"
  elif [[ $code -ne 0 ]]; then
    result="failed ($code)"
    if [[ $code -gt $worst ]]; then worst=$code; fi
  fi
  summary+=("| $1 | $result | $((SECONDS - start)) |")
}
run build build_all
run tests run_tests
run sanitizer run_sanitizer
run benchmarks run_benchmarks
{
  echo "${gpu:-no GPU}; $(nvcc --version 2>/dev/null | grep -o 'release [^ ,]*' || echo 'no nvcc')"
  printf '%s\n' '| step | result | seconds |' '|---|---|---|' "${summary[@]}"
} | tee "$out/summary.md"
exit "$worst"
