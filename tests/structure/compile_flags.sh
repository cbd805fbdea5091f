#!/usr/bin/env bash
# No CMake file asks for the machine's own instructions or for arithmetic that may drop NaN and rounding.
set -euo pipefail
cd "$(dirname "$0")/../.."

if find . \( -name build -o -name .git \) -prune -o -type f \
     \( -name CMakeLists.txt -o -name '*.cmake' -o -name '*.cmake.in' -o -name 'CMake*Presets.json' \) -print0 |
   xargs -0 grep -nE -e '-march=native|-mtune=native|-ffast-math|-Ofast|-ffinite-math-only|--?use_fast_math'; then
  echo "^ forbidden flag"
  exit 1
fi
echo "no forbidden flag"
