#!/usr/bin/env bash
# Downloads a data set into a folder and checks every file's SHA-256. What is there already and right is kept; what is
# wrong is named and not left behind.
#   examples/get_data.sh mnist|fashion-mnist|cifar10 DIR
# Environment:
#   GAN_MIRROR   fetch $GAN_MIRROR/<file name> instead of the publisher's
#   GAN_DIGESTS  a file in sha256sum's format whose digests replace those below, for files of the same names
set -euo pipefail

usage='usage: get_data.sh mnist|fashion-mnist|cifar10 DIR'
fail() {
  echo "get_data: $1" >&2
  exit "${2:-1}"
}

# ---- what is fetched, from where: sha256sum's format ------------------------------------------------------------
mnist_host=https://ossci-datasets.s3.amazonaws.com/mnist
mnist='
440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609  train-images-idx3-ubyte.gz
3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c  train-labels-idx1-ubyte.gz
8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6  t10k-images-idx3-ubyte.gz
f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6  t10k-labels-idx1-ubyte.gz'

fashion_host=http://fashion-mnist.s3-website.eu-central-1.amazonaws.com
fashion='
3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84  train-images-idx3-ubyte.gz
a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845  train-labels-idx1-ubyte.gz
346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073  t10k-images-idx3-ubyte.gz
67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5  t10k-labels-idx1-ubyte.gz'

cifar_host=https://www.cs.toronto.edu/~kriz
cifar_archive='cifar-10-binary.tar.gz'
cifar='
c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd  cifar-10-binary.tar.gz
cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5  data_batch_1.bin
a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed  data_batch_2.bin
bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67  data_batch_3.bin
014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48  data_batch_4.bin
755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add  data_batch_5.bin
8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b  test_batch.bin'
cifar_files=(data_batch_{1..5}.bin test_batch.bin batches.meta.txt)  # the last is under the archive's digest only

[[ $# -eq 2 && -n $2 ]] || fail "$usage" 2
case $1 in
  mnist) host=$mnist_host digests=$mnist ;;
  fashion-mnist) host=$fashion_host digests=$fashion ;;
  cifar10) host=$cifar_host digests=$cifar ;;
  *) fail "unknown data set '$1'; $usage" 2 ;;
esac
host=${GAN_MIRROR:-$host}
if [[ -n ${GAN_DIGESTS:-} ]]; then digests=$(<"$GAN_DIGESTS"); fi

project=$(cd -- "$(dirname -- "$0")/.." && pwd)
if ! command -v curl >/dev/null && ! command -v wget >/dev/null; then
  "$project/cmake/install_deps.sh" curl ca-certificates || fail 'neither curl nor wget is installed'
fi

made=
if [[ ! -d $2 ]]; then
  mkdir -p -- "$2"
  made=$(cd -- "$2" && pwd)
fi
cd -- "$2"
unpacked=.get_data.$$
part=
trap 'rm -rf -- "$unpacked"; if [[ -n $part ]]; then rm -f -- "$part"; fi; if [[ -n $made ]]; then cd / && rmdir -- "$made" 2>/dev/null || true; fi' EXIT
trap 'exit 1' HUP INT TERM

sha256() {  # FILE
  if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d' ' -f1
}
digest_of() { awk -v name="$1" '$2 == name { print $1 }' <<<"$digests"; }
right() {  # FILE NAME
  [[ -f $1 && $(sha256 "$1") == "$(digest_of "$2")" ]]
}

fetch() {  # NAME: into NAME.part, checked
  local name=$1 url=$host/$1 digest
  digest=$(digest_of "$name")
  [[ -n $digest ]] || fail "no digest is known for $name"
  part=$name.part
  echo "Fetching $url"
  if command -v curl >/dev/null; then
    curl --fail --location --silent --show-error --retry 2 --connect-timeout 30 --output "$part" "$url" ||
      fail "$url could not be fetched whole (see above)"
  elif command -v wget >/dev/null; then
    wget --no-verbose --tries=3 --connect-timeout=30 --output-document="$part" "$url" ||
      fail "$url could not be fetched whole (see above)"
  else
    fail 'neither curl nor wget is installed'
  fi
  if right "$part" "$name"; then return; fi
  if [[ $(head -c 1 "$part" | tr -d '\0') == '<' ]]; then fail "$url gave a web page, not $name"; fi
  fail "$url gave $(($(wc -c <"$part"))) bytes with the SHA-256 $(sha256 "$part"), not $digest: cut or changed"
}

if [[ $1 == cifar10 ]]; then
  whole=1
  for file in "${cifar_files[@]}"; do
    if [[ ! -f $file ]] || { [[ $file == *.bin ]] && ! right "$file" "$file"; }; then whole=0; fi
  done
  if [[ $whole -eq 0 ]]; then
    fetch "$cifar_archive"
    mkdir "$unpacked"
    tar -xzf "$part" -C "$unpacked" "${cifar_files[@]/#/cifar-10-batches-bin/}" ||
      fail "$cifar_archive does not hold what it should"
    for file in "${cifar_files[@]}"; do
      if [[ $file == *.bin ]] && ! right "$unpacked/cifar-10-batches-bin/$file" "$file"; then
        fail "$file in $cifar_archive has another SHA-256 than $(digest_of "$file")"
      fi
    done
    for file in "${cifar_files[@]}"; do mv -f -- "$unpacked/cifar-10-batches-bin/$file" "$file"; done
  fi
else
  for name in $(awk '{ print $2 }' <<<"$digests"); do
    if right "$name" "$name"; then continue; fi
    fetch "$name"
    mv -f -- "$part" "$name"
  done
fi
echo "$1 is in $2"
