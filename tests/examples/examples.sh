#!/usr/bin/env bash
# The example programs as their users meet them: what they write, that a seed repeats a run bit for bit, what they say
# into a pipe, and their exit codes. Usage: examples.sh DCGAN VANILLA
set -euo pipefail
dcgan=$(realpath "$1") vanilla=$(realpath "$2")
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
work=$top/here  # data sets are looked up in ../shared, too: let nobody else have one beside it
mkdir "$work"
cd "$work"
unset GAN_DATA

faults=0
fault() {
  echo "FAULT: $*"
  faults=$((faults + 1))
}

# ---- what a run writes ------------------------------------------------------------------------------------------
train() {  # OUT PROGRAM FLAG...: trains into OUT, with OUT.out and OUT.err
  local out=$1
  shift
  "$@" --data shapes --batch-size 16 --out "$out" >"$out.out" 2>"$out.err" || fault "$* into $out failed: $(cat "$out.err")"
}
small=(--features 8)
train long "$dcgan" --rounds 50 --seed 3 "${small[@]}"
train again "$dcgan" --rounds 50 --seed 3 --threads 1 "${small[@]}"
train other "$dcgan" --rounds 50 --seed 4 "${small[@]}"
train short "$dcgan" --rounds 12 --seed 3 "${small[@]}"
train dense "$vanilla" --rounds 12
train convolutional "$vanilla" --rounds 12 --generator convolutional --discriminator convolutional --loss saturating --discriminator-steps 2

for run in long short dense convolutional; do
  [[ -s $run/generator.safetensors ]] || fault "$run has no generator.safetensors"
  for image in "$run"/samples/latest.png "$run"/samples/round_000000*.png; do
    [[ $(head -c 4 "$image" | tail -c 3) == PNG ]] || fault "$image is no PNG"
  done
done
[[ -s short/samples/round_00000012.png ]] || fault "the last round has no samples"
[[ $(head -n 1 long/metrics.csv) == 'round,D(G(z)),D(x),loss_D,loss_G' ]] || fault "metrics.csv begins: $(head -n 1 long/metrics.csv)"
[[ $(tail -n +2 long/metrics.csv) =~ ^50(,[0-9.e+-]+){4}$ ]] || fault "metrics.csv holds: $(tail -n +2 long/metrics.csv)"

for file in generator.safetensors samples/latest.png metrics.csv; do
  cmp long/$file again/$file || fault "the same seed gives another $file"
done
if cmp -s long/generator.safetensors other/generator.safetensors; then fault "another seed gives the same generator"; fi

# ---- what it says into a pipe -----------------------------------------------------------------------------------
for part in 'Generator' 'Discriminator' 'ConvTranspose2D' 'Trainable parameters:'; do
  grep -qF "$part" long.out || fault "the summary lacks '$part'"
done
grep -qE '^round 50/50 \(100%\) .* rounds/s .* images/s .*loss_D' long.err || fault "progress says: $(cat long.err)"
for text in long.out long.err; do
  if grep -q $'[\r\033]' $text; then fault "$text holds a carriage return or an escape sequence"; fi
done

# ---- exit codes -------------------------------------------------------------------------------------------------
expect() {  # CODE TEXT COMMAND...: the exit code, and what stderr must say
  local code=$1 text=$2 got=0
  shift 2
  "$@" >stdout 2>stderr || got=$?
  [[ $got -eq $code ]] || fault "'${*##*/}' exits with $got, not $code"
  grep -qF -e "$text" stderr || fault "'${*##*/}' does not say '$text' but: $(cat stderr)"
}
for program in "$dcgan" "$vanilla"; do
  expect 2 "did you mean '--epochs'?" "$program" --epoch 3
  expect 2 "--epochs needs a whole number, not 'many'" "$program" --epochs many
  expect 2 '--batch-size is 0, but it must be 1 to 65536' "$program" --batch-size 0
  expect 2 '--ema is 1, but it must be 0 to 0.999999' "$program" --ema 1
  expect 2 "did you mean 'bf16'?" "$program" --math bf15
  expect 2 '--seed needs a value' "$program" --seed
  expect 3 "did you mean 'shapes'?" "$program" --data shapse --rounds 1
  expect 3 "'nowhere' is no directory and no known data set" "$program" --data nowhere --rounds 1
  expect 1 "$work/long.out: cannot make this folder" "$program" --data shapes --rounds 1 --out "$work/long.out"
done
expect 2 "did you mean 'convolutional'?" "$vanilla" --discriminator convolution
mkdir -p empty
expect 3 'empty' "$dcgan" --data empty --rounds 1
if [[ ! -d /usr/share/datasets/mnist ]]; then  # else it is found
  expect 3 '/usr/share/datasets/mnist' "$dcgan" --data mnist --rounds 1
  expect 3 "$work/empty/mnist" env GAN_DATA="$work/empty" "$dcgan" --data mnist --rounds 1
fi

for program in "$dcgan" "$vanilla"; do
  "$program" --help >help || fault "${program##*/} --help fails"
  for flag in --data --out --seed --device --threads --epochs --rounds --batch-size --flip --math --ema --log-every \
    --sample-every --save-every --keep --deterministic --resume --dry-run --config --help --version; do
    grep -qE -- "^  $flag( |$)" help || fault "${program##*/} --help does not list $flag"
  done
  "$program" --version | grep -qE "^${program##*/} \(libgan [0-9.]+\)$" || fault "${program##*/} --version is odd"
done
for flag in --channels --size --variant --latent --features --learning-rate --beta1; do
  "$dcgan" --help | grep -qE -- "^  $flag " || fault "dcgan --help does not list $flag"
done

if [[ $faults -eq 0 ]]; then echo "the examples are in order"; fi
[[ $faults -eq 0 ]]
