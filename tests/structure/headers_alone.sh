#!/usr/bin/env bash
# Every public header compiles alone and without a warning. Most have been compiled so by the build, with the same warnings:
# they are the first #include of a source or of a test, with nothing before. The others are compiled here.
# Usage: headers_alone.sh COMPILER GENERATED_INCLUDE_DIR
set -euo pipefail
cd "$(dirname "$0")/../.."

headers() { { echo gan/config.hpp; find include -name '*.hpp' -printf '%P\n'; } | sort; }
come_first() {  # the first directive of every file that each build compiles; what follows is not read
  find src tests \( -path src/cpu -o -path tests/cuda -o -path tests/cuda_emulator \) -prune -o \
    \( -path 'src/*/*.cpp' -o -name '*_test.cpp' \) -print0 |
    xargs -0 awk '/^[ \t]*#/ { if ($1 == "#include") { gsub(/[<">]/, "", $2); print $2 }; nextfile }' | sort -u
}
others=$(comm -23 <(headers) <(come_first))
xargs --max-procs="$(nproc)" -I{} "$1" -fsyntax-only -std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror \
  -Iinclude -I"$2" -include {} -x c++ /dev/null <<<"$others"
echo "every header compiles alone; $(wc -l <<<"$others") of $(headers | wc -l) were compiled here"
