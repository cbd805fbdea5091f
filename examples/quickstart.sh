#!/usr/bin/env bash
# From a bare Debian 12 machine to a GAN that has learnt real images: installs what is missing, builds one example and
# trains it on Fashion-MNIST. Asks nothing; sudo only when not root.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(cmake ninja-build g++ libeigen3-dev libopenblas-dev zlib1g-dev libpng-dev libturbojpeg0-dev
  libtomlplusplus-dev)
data_package=dataset-fashion-mnist
data=/usr/share/datasets/fashion-mnist
out=runs/quickstart
length=(--epochs 6 --generator-rate 1e-3 --discriminator-rate 2e-4 --decay-from 2500 --decay-updates 3122)

cat <<END
This installs, where missing, Debian's ${packages[*]} and $data_package;
builds examples/vanilla in build/release; and trains it for a few minutes into ./$out.

END
cmake/install_deps.sh "${packages[@]}"
if [[ ! -d $data ]]; then cmake/install_deps.sh "$data_package" || true; fi
if [[ ! -d $data ]]; then
  echo "Fashion-MNIST is not to be had here: training on the built-in shapes instead."
  data=shapes
fi

echo "Building ..."
options=()
# Tests and benchmarks need more packages: they are left out, but not of a build folder that has them.
if ! grep -qs '^GAN_TESTS:BOOL=ON' build/release/CMakeCache.txt; then
  options=(-DGAN_TESTS=OFF -DGAN_BENCHMARKS=OFF)
fi
cmake --preset release "${options[@]}" >/dev/null
cmake --build --preset release --target vanilla

train=(build/release/examples/vanilla --generator convolutional --discriminator dense --data "$data" --out "$out" --seed 1 --resume auto "${length[@]}")
printf '\n%s\n' "${train[*]}"
"${train[@]}"

cat <<END

Done.
  samples:    $out/samples/latest.png (round_*.png before it)
  generator:  $out/generator.safetensors
Go on:
  train on other images or longer:  build/release/examples/vanilla --help (and examples/dcgan)
  ask a classifier how good it is:  cmake --build --preset release --target judge && build/release/examples/judge
  write a GAN of your own:          README.md
  run the tests:                    tests/run.sh
END
