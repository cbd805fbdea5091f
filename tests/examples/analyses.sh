#!/usr/bin/env bash
# The programs of docs/analyses.md on a tiny run: what they write and print, that a seed repeats it, what they refuse.
# Usage: analyses.sh DCGAN DISCRIMINATOR_FEATURES LATENT FGSM
set -euo pipefail
dcgan=$(realpath "$1") features=$(realpath "$2") latent=$(realpath "$3") fgsm=$(realpath "$4")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

faults=0
fault() {
  echo "FAULT: $*"
  faults=$((faults + 1))
}
refuses() {  # CODE TEXT COMMAND...: the exit code, and what stderr must say
  local code=$1 text=$2 got=0
  shift 2
  "$@" >stdout 2>stderr || got=$?
  [[ $got -eq $code ]] || fault "'${*##*/}' exits with $got, not $code"
  grep -qF -e "$text" stderr || fault "'${*##*/}' does not say '$text' but: $(cat stderr)"
}

"$dcgan" --data shapes --channels 1 --features 8 --latent 8 --batch-size 16 --rounds 20 --out run >/dev/null 2>&1

"$features" --run run --data shapes --images 200 --c 1 --out pictures >features.txt || fault "discriminator_features fails"
"$features" --run run --data shapes --images 200 --c 1 >again.txt || fault "discriminator_features fails"
grep -qE '^trained discriminator: 384 features of 200 and 200 images$' features.txt || fault "discriminator_features prints: $(cat features.txt)"
[[ $(grep -cE '^  [0-9.]+ % of test images are classified rightly' features.txt) -eq 2 ]] || fault "two accuracies are missing"
cmp <(sed 's/, [0-9]* s)//' features.txt) <(sed 's/, [0-9]* s)//' again.txt) || fault "discriminator_features does not repeat itself"
for picture in guided guided_random; do
  [[ $(head -c 4 pictures/$picture.png | tail -c 3) == PNG ]] || fault "$picture.png is no PNG"
done
refuses 3 'is no checkpoint of a dcgan' "$features" --run run/generator.safetensors --data shapes
refuses 1 'nowhere' "$features" --run nowhere --data shapes

"$latent" --run run --out pictures --samples 200 --cases 5 --images 640 >latent.txt || fault "latent fails"
grep -qE '^the judge is right about the size of' latent.txt || fault "latent prints: $(cat latent.txt)"
grep -qE '^z-arithmetic: [0-9]+ of [0-9]+ sums' latent.txt || fault "latent prints: $(cat latent.txt)"
for picture in walk_linear walk_spherical; do
  [[ $(head -c 4 pictures/$picture.png | tail -c 3) == PNG ]] || fault "$picture.png is no PNG"
done

"$fgsm" --data shapes --images 300 --epochs 1 --defended-epochs 1 --out pictures >fgsm.txt 2>/dev/null || fault "fgsm fails"
[[ $(grep -cE '^[a-z0-9 ,]+ [0-9.]+ % +[0-9.]+ %$' fgsm.txt) -eq 7 ]] || fault "fgsm prints: $(cat fgsm.txt)"
for picture in undefended defended; do
  [[ $(head -c 4 pictures/$picture.png | tail -c 3) == PNG ]] || fault "$picture.png is no PNG"
done
refuses 1 'are not within what --require asks for' "$fgsm" --data shapes --images 300 --epochs 1 --defended-epochs 1 --out pictures --require

if [[ $faults -eq 0 ]]; then echo "the analyses are in order"; fi
[[ $faults -eq 0 ]]
