#!/usr/bin/env bash
# Builds libgan and runs every test; ends with ctest's summary and exits as ctest does.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(cmake ninja-build g++ ccache libeigen3-dev libopenblas-dev zlib1g-dev libpng-dev libturbojpeg0-dev
  libtomlplusplus-dev libgtest-dev libgmock-dev libbenchmark-dev pkg-config python3 curl)

usage() {
  cat <<END
Usage: tests/run.sh [--preset NAME] [--no-install]
Installs what is missing of these Debian packages (sudo only when not root):
  ${packages[*]}
then configures, builds and tests.
  --preset NAME  release (default), debug, asan-ubsan, tsan or cuda
  --no-install   install nothing
Tests that lack their data skip. GAN_REQUIRE_DATA=1 in the environment makes that a failure, for some of the data
GAN_REQUIRE_DATA=mnist,fashion-mnist,cifar10,squeezenet1_1,sr or fewer of these.
END
}

preset=release install=1
while [[ $# -gt 0 ]]; do
  case $1 in
    --preset) preset=${2:?--preset needs a name}; shift 2 ;;
    --no-install) install=0; shift ;;
    --help | -h) usage; exit 0 ;;
    *) echo "unknown argument: $1" >&2; usage >&2; exit 2 ;;
  esac
done

if [[ $install -eq 1 ]]; then cmake/install_deps.sh "${packages[@]}"; fi
cmake --preset "$preset"
cmake --build --preset "$preset"
exec ctest --preset "$preset" --parallel "$(nproc)"
