#!/usr/bin/env bash
# Every public header compiles alone and without a warning. Usage: headers_alone.sh COMPILER GENERATED_INCLUDE_DIR
set -euo pipefail
cd "$(dirname "$0")/../.."

{ echo gan/config.hpp; find include -name '*.hpp' -printf '%P\n'; } | sort |
  xargs --max-procs=2 -I{} "$1" -fsyntax-only -std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror \
    -Iinclude -I"$2" -include {} -x c++ /dev/null
echo "every header compiles alone"
