#!/usr/bin/env bash
# The library as others meet it: installed and found by find_package, and taken in by add_subdirectory (configured
# only). Usage: install.sh CMAKE BUILD_DIR COMPILER
set -euo pipefail
cmake=$1 build=$2 compiler=$3
here=$(cd "$(dirname "$0")" && pwd)

if [[ -n ${GAN_SANITIZE:-} ]]; then
  echo "skipped: a consumer would need the sanitizers' flags"
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
consume() {  # NAME CONFIGURE_OPTION...
  local name=$1
  shift
  "$cmake" -G Ninja -S "$here/$name" -B "$work/$name" -DCMAKE_CXX_COMPILER="$compiler" "$@" >"$work/log" 2>&1 ||
    { cat "$work/log"; return 1; }
}

"$cmake" --install "$build" --prefix "$work/prefix" >/dev/null
consume consumer -DCMAKE_PREFIX_PATH="$work/prefix"
"$cmake" --build "$work/consumer"
"$work/consumer/consumer"

if grep -rlF -e "${here%/tests/install}/" "$work/prefix" --include='*.cmake' --include='*.pc' --include='*.hpp'; then
  echo "^ installed, and names the source folder"
  exit 1
fi

consume subdirectory -DGAN_SOURCE_DIR="${here%/tests/install}" -DGAN_CUDA=OFF
if grep -q -- '-Werror' "$work/subdirectory/build.ninja"; then
  echo "a consumer gets our warnings as errors"
  exit 1
fi
echo "installed and consumed"
