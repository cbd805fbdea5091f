#!/usr/bin/env bash
# The programs that draw how a GAN learns: what they require of themselves, their pictures, and that a seed repeats them
# bit for bit. Usage: pictures.sh GAN_1D RING
set -euo pipefail
gan_1d=$(realpath "$1") ring=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

faults=0
fault() {
  echo "FAULT: $*"
  faults=$((faults + 1))
}

is_picture() {  # FILE WIDTH HEIGHT: the PNG signature, and the header's extents
  local expected
  expected=$(printf '89504e470d0a1a0a0000000d49484452%08x%08x' "$2" "$3")
  [[ $(head -c 24 "$1" | od -An -v -tx1 | tr -d ' \n') == "$expected" ]] || fault "$1 is no PNG of $2 x $3 pixels"
}

# --out makes its folder; --steps is another name of --rounds. Whole trainings must reach what the papers' theory promises; a hundredth of one cannot.
"$gan_1d" --require --out gan_1d.png >gan_1d.out 2>&1 || fault "gan_1d is not solved: $(cat gan_1d.out)"
"$ring" --require --out ring.png >ring.out 2>&1 || fault "ring is not solved: $(cat ring.out)"
is_picture gan_1d.png 840 604
is_picture ring.png 942 204
grep -q '8 of 8 modes' ring.out || fault "ring says: $(cat ring.out)"
for program in "$gan_1d" "$ring"; do
  name=${program##*/} code=0
  "$program" --rounds 100 --require --out short.png >short.out 2>&1 || code=$?
  [[ $code -eq 1 ]] || fault "$name --rounds 100 --require exits with $code, not 1: $(cat short.out)"
  "$program" --steps 100 --out "new/$name/again.png" >again.out 2>&1 || fault "$name without --require fails: $(cat again.out)"
  cmp short.png "new/$name/again.png" || fault "$name draws another picture from the same seed"
  "$program" --rounds 100 --seed 2 --out other.png >/dev/null || fault "$name --seed 2 fails"
  if cmp -s short.png other.png; then fault "$name draws the same picture from another seed"; fi
done

if [[ $faults -eq 0 ]]; then echo "the pictures are in order"; fi
[[ $faults -eq 0 ]]
