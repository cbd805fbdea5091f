#!/usr/bin/env bash
# Every bash script parses; where shellcheck is installed it has no warning either.
set -euo pipefail
cd "$(dirname "$0")/../.."

scripts=()
while IFS= read -r file; do
  if head -n 1 "$file" | grep -qa '^#!.*bash'; then scripts+=("$file"); fi
done < <(find .ci benchmarks cmake examples tests -type f)
for script in "${scripts[@]}"; do bash -n "$script"; done
if command -v shellcheck >/dev/null; then shellcheck --severity=warning "${scripts[@]}"; fi
echo "${#scripts[@]} scripts are in order"
