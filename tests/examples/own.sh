#!/usr/bin/env bash
# The examples of one's own: a GAN that learns, a layer that survives a file; and samples of a generator of which the
# program knows nothing. Usage: own.sh OWN_GAN OWN_LAYER SAMPLE VANILLA
set -euo pipefail
own_gan=$(realpath "$1") own_layer=$(realpath "$2") sample=$(realpath "$3") vanilla=$(realpath "$4")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset GAN_DATA

faults=0
fault() {
  echo "FAULT: $*"
  faults=$((faults + 1))
}
is_png() { [[ -s $1 && $(head -c 4 "$1" | tail -c 3) == PNG ]]; }

"$own_gan" >gan.out || fault "own_gan fails"
loss=$(sed -n 's/^loss_D //p' gan.out)
awk -v loss="$loss" 'BEGIN { exit !(loss > 0 && loss < 2.62) }' ||  # 2 softplus(1) = 2.63: a discriminator that learns nothing
  fault "own_gan's discriminator has learnt nothing: $(cat gan.out)"
is_png runs/own_gan.png || fault "own_gan wrote no image"

"$own_layer" >layer.out || fault "own_layer fails: $(cat layer.out)"
grep -qE '^1 Floor +\(None, 8\) +8$' layer.out || fault "own_layer's summary lacks its layer: $(cat layer.out)"
grep -qx 'the loaded net equals the saved one' layer.out || fault "own_layer says: $(cat layer.out)"
grep -qa '"1.floor"' runs/own_layer.safetensors || fault "the file lacks 1.floor"

# ---- sample ------------------------------------------------------------------------------------------------------
"$vanilla" --data shapes --batch-size 16 --rounds 3 --seed 5 --out run >/dev/null 2>err || fault "$(cat err)"
"$sample" --run run --count 64 --out 64.png --seed 5 || fault "sample fails on a run"
cmp 64.png run/samples/latest.png || fault "sample with the run's seed is not the run's grid"
latest=run/checkpoints/latest.safetensors
"$sample" --run $latest --count 64 --out checkpoint.png --seed 5 || fault "sample fails on a checkpoint"
cmp 64.png checkpoint.png || fault "a checkpoint's samples are not its generator's"
"$sample" --run run --out other.png --seed 6 || fault "sample fails with another seed"
if cmp -s 64.png other.png; then fault "another seed gives the same samples"; fi
"$sample" --run run --count 9 --out nine.png --seed 5 && is_png nine.png || fault "sample writes no 9 images"

expect() {  # CODE TEXT COMMAND...: the exit code, and what stderr must say
  local code=$1 text=$2 got=0
  shift 2
  "$@" >stdout 2>stderr || got=$?
  [[ $got -eq $code ]] || fault "'$*' exits with $got, not $code"
  grep -qF -e "$text" stderr || fault "'$*' does not say '$text' but: $(cat stderr)"
}
expect 1 'nowhere.safetensors' "$sample" --run nowhere.safetensors
expect 1 'runs: holds neither generator.safetensors nor checkpoints/latest.safetensors' "$sample" --run runs
expect 3 'holds weights of an unknown architecture' "$sample" --run runs/own_layer.safetensors
expect 3 'gan.out' "$sample" --run gan.out
expect 2 '--count is 0, but it must be 1 to 100000' "$sample" --run run --count 0
expect 2 "did you mean '--count'?" "$sample" --cuont 3
"$sample" --run run --out new/folder/x.png && is_png new/folder/x.png || fault "sample does not make its file's folder"
expect 1 'gan.out: cannot make this folder' "$sample" --run run --out gan.out/x.png

if [[ $faults -eq 0 ]]; then echo "the examples are in order"; fi
[[ $faults -eq 0 ]]
