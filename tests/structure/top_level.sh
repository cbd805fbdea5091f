#!/usr/bin/env bash
# The top level holds nothing but what belongs there. What git ignores (build, data, runs) does not count.
set -euo pipefail
cd "$(dirname "$0")/../.."
allowed='CMakeLists.txt|CMakePresets.json|LICENSE|README.md|benchmarks|cmake|cuda|docs|examples|include|src|tests|\..*'

if ! files=$(git ls-files --cached --others --exclude-standard 2>/dev/null); then
  echo "skipped: not a git checkout"
  exit 77
fi
if cut -d/ -f1 <<<"$files" | sort -u | grep -vxE "$allowed"; then
  echo "^ does not belong on the top level"
  exit 1
fi
echo "the top level is in order"
