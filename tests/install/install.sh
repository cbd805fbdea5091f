#!/usr/bin/env bash
# The library as others meet it. A program, examples/from_cmake, must say the same whichever way it came by libgan.
# Installs are moved before anybody uses them.
#   install.sh static CMAKE BUILD_DIR COMPILER   what BUILD_DIR holds: by find_package, also with -mavx2; by pkg-config
#   install.sh shared CMAKE BUILD_DIR COMPILER   as a part of the program's build, by FetchContent and add_subdirectory,
#                                                built here, shared; then installed from there and used as above
set -euo pipefail
kind=$1 cmake=$2 build=$3 compiler=$4
root=$(cd "$(dirname "$0")/../.." && pwd)
project=$root/examples/from_cmake

if [[ -n ${GAN_SANITIZE:-} ]]; then
  echo "skipped: a program would need the sanitizers' flags"
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset GAN_DATA
prefix=$work/moved

fault() {
  echo "FAULT: $*"
  exit 1
}
quiet() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; fault "failed: $*"; }; }

configure() {  # NAME OPTION...: examples/from_cmake, to be built in $work/NAME
  local name=$1
  shift
  quiet "$cmake" -G Ninja -S "$project" -B "$work/$name" -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_BUILD_TYPE=Release "$@"
}

said=
try() {  # PROGRAM: runs it; what it says must be what the first one said
  (cd "$work" && "$1") >"$work/out" || fault "$1 fails"
  [[ -n $said ]] || said=$(cat "$work/out")
  [[ $said =~ ^libgan\ [0-9.]+:.*\ loss_G\ [0-9.]+$ ]] || fault "the program says '$said'"
  [[ $(cat "$work/out") == "$said" ]] || fault "$1 says '$(cat "$work/out")', but the first program '$said'"
  if "$1" "$work/nowhere" 2>"$work/err"; then fault "$1 finds what is not there"; fi
  grep -qF "$work/nowhere" "$work/err" || fault "an error from the library reads '$(cat "$work/err")'"
}

use_system() {  # PROGRAM: a system outside of the library is listed, trained, killed, resumed exactly, sampled
  local program=$1 flags=(train mine --data shapes --train-images 200 --batch-size 8 --rounds 150 --save-every 1)
  "$program" list | grep -q '^mine ' || fault "$1 list has no 'mine'"
  quiet "$program" "${flags[@]}" --out "$work/whole"
  "$program" "${flags[@]}" --out "$work/killed" >/dev/null 2>&1 &
  local process=$!
  until compgen -G "$work/killed/checkpoints/round_*.safetensors" >/dev/null || ! kill -0 $process 2>/dev/null; do
    sleep 0.01
  done
  kill -9 $process 2>/dev/null || true
  wait $process || true
  quiet "$program" "${flags[@]}" --out "$work/killed" --resume
  for file in generator.safetensors checkpoints/latest.safetensors metrics.csv; do
    cmp "$work/whole/$file" "$work/killed/$file" || fault "a killed run's $file differs"
  done
  quiet "$program" sample "$work/killed" --out "$work/mine.png"
  "$program" show "$work/killed" | grep -q 'can sample: takes z' || fault "$1 show"
}

install_from() {  # BUILD_DIR: installs, moves, and looks at what is there
  quiet "$cmake" --install "$1" --prefix "$work/prefix"
  mv "$work/prefix" "$prefix"
  if grep -rlF -e "$root/" -e "$work/" "$prefix" --include='*.cmake' --include='*.pc' --include='*.hpp'; then
    fault "^ installed, and names a folder of this machine"
  fi
}

use_prefix() {  # CONFIGURE_OPTION...
  configure package -DCMAKE_PREFIX_PATH="$prefix" "$@"
  quiet "$cmake" --build "$work/package"
  try "$work/package/from_cmake"

  echo 'find_package(gan ${version} CONFIG REQUIRED)' >"$work/find.cmake"
  for version in 0.0.9 99; do
    if "$cmake" -DCMAKE_PREFIX_PATH="$prefix" -Dversion=$version -P "$work/find.cmake" >"$work/log" 2>&1; then
      fault "find_package(gan $version) finds this version"
    fi
    grep -q 'with requested version' "$work/log" || fault "find_package(gan $version) says: $(cat "$work/log")"
  done

  if ! command -v pkg-config >/dev/null; then
    echo "pkg-config is not here: not tried"
    return
  fi
  local libraries flags mode
  libraries=$(dirname "$(dirname "$(find "$prefix" -name gan.pc)")")
  export PKG_CONFIG_PATH=$libraries/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
  for mode in --shared --static; do
    read -ra flags <<<"$(pkg-config "$mode" --cflags --libs gan)"
    quiet "$compiler" -std=c++20 -O2 -o "$work/by_pkg_config" "$project/main.cpp" "${flags[@]}" "-Wl,-rpath,$libraries"
    try "$work/by_pkg_config"
  done
}

if [[ $kind == static ]]; then
  install_from "$build"
  use_prefix
  use_system "$work/package/own_system"
  "$prefix/bin/gan" list | grep -q '^dcgan ' || fault "the installed program gan lists no dcgan"
  if grep -qs avx2 /proc/cpuinfo; then
    configure avx2 -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_FLAGS=-mavx2
    quiet "$cmake" --build "$work/avx2"
    try "$work/avx2/from_cmake"
  fi
else
  launcher=()
  if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    export CCACHE_BASEDIR=$work CCACHE_NOHASHDIR=1
  fi
  # What is looked at is how the library is built into another project, not how fast it is: one instruction set, -O0.
  along=(-DBUILD_SHARED_LIBS=ON -DGAN_CUDA=OFF -DGAN_INSTALL=ON -DGAN_INSTRUCTION_SETS=v2 -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0
    "${launcher[@]}")
  configure along -DGAN_FROM=FetchContent "${along[@]}"
  if grep -q -- '-Werror' "$work/along/build.ninja"; then fault "a program gets our warnings as errors"; fi
  quiet "$cmake" --build "$work/along"
  try "$work/along/from_cmake"

  configure along -DGAN_FROM=add_subdirectory "${along[@]}"  # the same objects, so that nothing is compiled again
  quiet "$cmake" --build "$work/along"
  try "$work/along/from_cmake"

  install_from "$work/along"
  # A program that uses the shared library needs nothing of what that was made with.
  use_prefix -DCMAKE_DISABLE_FIND_PACKAGE_{ZLIB,PNG,TurboJPEG,BLAS}=ON
fi
echo "installed, moved and used: $said"
