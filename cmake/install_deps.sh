#!/usr/bin/env bash
# Installs the Debian packages named as arguments that are missing, and says which. Uses sudo only when not root; asks
# nothing. Elsewhere than on Debian and its kin it names what is needed and goes on. Usage: install_deps.sh PACKAGE...
set -euo pipefail

if ! command -v apt-get >/dev/null; then
  echo "No apt-get here. What is needed, by Debian's names: $*"
  exit 0
fi

missing=()
for package in "$@"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  if [[ $status != installed ]]; then missing+=("$package"); fi
done
if [[ ${#missing[@]} -eq 0 ]]; then exit 0; fi

echo "Installing Debian packages: ${missing[*]}"
run=(env DEBIAN_FRONTEND=noninteractive)
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "Not root, and no sudo here. As root: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  run=(sudo "${run[@]}")
fi
install() {
  "${run[@]}" apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}" </dev/null >/dev/null
}

# No list of packages yet, or an old one that names files which are gone: fetch the list first.
if ! apt-cache show "${missing[@]}" >/dev/null 2>&1 || ! install; then
  "${run[@]}" apt-get update --quiet=2
  install
fi
