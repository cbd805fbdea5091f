#!/usr/bin/env bash
# No object that is compiled for an instruction set (src/cpu/isa) defines a weak symbol: the linker keeps one copy of
# each weak symbol, and a copy with AVX-512 code would crash every other machine.
# Usage: weak_symbols.sh NM OBJECT...
set -euo pipefail
nm=$1
shift

if [[ -n ${GAN_SANITIZE:-} ]]; then
  echo "skipped: sanitizers add symbols of their own"
  exit 77
elif [[ $# -eq 0 ]]; then
  echo "skipped: nothing is compiled for an instruction set here"
  exit 77
fi

found=0
for object in "$@"; do
  # W, V and u: defined weak functions and objects. A pointer to the exception personality carries no code.
  if weak=$("$nm" -C "$object" | grep -E '^[0-9a-f]+ [WVu] ' | grep -v ' DW\.ref\.__gxx_personality_v0$'); then
    printf '%s:\n%s\n' "$object" "$weak"
    found=1
  fi
done
if [[ $found -eq 0 ]]; then echo "no weak symbol in $# objects"; fi
exit "$found"
