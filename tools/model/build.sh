#!/bin/sh
# Make the embedded model from the corpus: prepare, train (or resume), export, measure, card.
#
#   tools/model/build.sh <corpus folder> <work folder> [minutes of training, 85]
#
# Run from the repository root. A step whose result is already in the work folder is not done
# again, except export and everything after it. PYTHON names the interpreter that has torch.
set -eu

corpus=$1
work=$2
minutes=${3:-85}
python=${PYTHON:-python3}
model=${MODEL:-public/models/locus-stories}
here=$(dirname "$0")

# torch 1.13 as packaged picks AVX2 unless told otherwise.
if grep -q avx512bw /proc/cpuinfo; then export ATEN_CPU_CAPABILITY=avx512; fi
# Waiting threads give their core up soon: it may be the only free one.
export GOMP_SPINCOUNT=10000

mkdir -p "$work"
if [ ! -e "$work/train.bin" ] || [ ! -e "$model/tokenizer.json" ]; then
  "$python" "$here/prepare.py" --data "$corpus" --work "$work" --model "$model"
fi
if [ ! -e "$work/training.json" ]; then
  "$python" "$here/train.py" --work "$work" --minutes "$minutes"
fi
"$python" "$here/export.py" --work "$work" --model "$model"

node "$here/known-answers.mjs" --model "$model" --graph "$work/model_q4-f32.onnx"
node "$here/samples.mjs" --model "$model" --graph "$work/model_q4-f32.onnx" --out "$work/samples.md"

rm -f "$work/measurements.jsonl"
measure() {
  node "$here/measure.mjs" --model "$model" --tokens "$work/valid.bin" \
    --out "$work/measurements.jsonl" --limit "${LIMIT:-0}" --stride "${STRIDE:-256}" --name "$1" --graph "$2"
}
measure f32 "$work/model_f32.onnx" &
first=$!
measure q4-f32 "$work/model_q4-f32.onnx"
wait "$first"
measure q4 "$model/onnx/model_q4.onnx" &
first=$!
measure q4f16 "$model/onnx/model_q4f16.onnx"
wait "$first"
node "$here/card.mjs" --model "$model" --work "$work"
