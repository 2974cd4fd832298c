/** Candidates per step: all that the token rule can keep (MAX_TOP_K). */
export const CANDIDATES = 64
/** Keys that one workgroup sorts: two words each, half of the workgroup storage that every WebGPU device has. */
export const SORT_SPAN = 1_024

const SORT_THREADS = 256

const SEQUENCE = /* wgsl */ `
struct Sequence {
  lane: u32, row: u32, topK: u32, position: u32, temperature: f32, topP: f32, key: vec2<u32>, step: u32, unused: u32,
}`

/** What a sequence of a resident run is, as the shaders see it, in 32-bit words. */
export const SEQUENCE_WORDS = 10

/** Words of a log entry before the row: the choice, then ids and logits of the candidates. */
export const LOG_HEAD_WORDS = 1 + 2 * CANDIDATES

/**
 * The 64 best of up to 1,024 (key, id) pairs per workgroup, sorted (bitonic network). A key orders as its logit does: sign folded, one
 * zero, NaN below everything. Equal keys go by the smaller id. Run again over its own output until one workgroup is left. Integers only,
 * so that the order is exact on every device.
 *
 * `first` reads logits, otherwise pairs. @workgroup (span, sequence).
 */
export function candidatesShader(first: boolean, halfLogits: boolean): string {
  const source = first ? 'logits: array<u32>' : 'pairs: array<vec2<u32>>'
  return /* wgsl */ `
${SEQUENCE}
struct Stage { count: u32, rowsPerLane: u32 }

@group(0) @binding(0) var<storage, read> ${source};
@group(0) @binding(1) var<storage, read_write> best: array<vec2<u32>>;
@group(0) @binding(2) var<uniform> stage: Stage;
@group(0) @binding(3) var<storage, read> sequences: array<Sequence>;

const SPAN = ${SORT_SPAN}u;
const THREADS = ${SORT_THREADS}u;
const KEEP = ${CANDIDATES}u;
const NOBODY = vec2<u32>(0u, 0xffffffffu);
var<workgroup> keys: array<u32, SPAN>;
var<workgroup> ids: array<u32, SPAN>;

${first ? logitReader(halfLogits) : ''}

fn item(sequence: u32, at: u32) -> vec2<u32> {
  if (at >= stage.count) { return NOBODY; }
  ${
    first
      ? `let place = sequences[sequence];
  let key = keyOf(bitsAt((place.lane * stage.rowsPerLane + place.row) * stage.count + at));
  if (key == 0u) { return NOBODY; }
  return vec2<u32>(key, at);`
      : 'return pairs[sequence * stage.count + at];'
  }
}

fn before(a: u32, b: u32) -> bool {
  return keys[a] > keys[b] || (keys[a] == keys[b] && ids[a] < ids[b]);
}

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  for (var i = thread; i < SPAN; i += THREADS) {
    let pair = item(group.y, group.x * SPAN + i);
    keys[i] = pair.x;
    ids[i] = pair.y;
  }
  for (var size = 2u; size <= SPAN; size <<= 1u) {
    for (var stride = size >> 1u; stride > 0u; stride >>= 1u) {
      workgroupBarrier();
      for (var t = thread; t < SPAN / 2u; t += THREADS) {
        let low = 2u * t - (t & (stride - 1u));
        let high = low + stride;
        if (before(high, low) == ((low & size) == 0u)) {
          let key = keys[low];
          keys[low] = keys[high];
          keys[high] = key;
          let id = ids[low];
          ids[low] = ids[high];
          ids[high] = id;
        }
      }
    }
  }
  workgroupBarrier();
  if (thread < KEEP) {
    best[(group.y * groups.x + group.x) * KEEP + thread] = vec2<u32>(keys[thread], ids[thread]);
  }
}`
}

function logitReader(half: boolean): string {
  return /* wgsl */ `
fn bitsAt(at: u32) -> u32 {
  ${half ? 'return bitcast<u32>(unpack2x16float(logits[at >> 1u])[at & 1u]);' : 'return logits[at];'}
}

fn keyOf(bits: u32) -> u32 {
  let size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) { return 0u; }
  if (size == 0u) { return 0x80000000u; }
  return select(bits | 0x80000000u, ~bits, (bits >> 31u) == 1u);
}`
}

/**
 * The token rule (src/protocol/sampling/token-rule.ts) in float32 over the sorted candidates: a guess that the host verifies. Then the
 * next step's inputs and the log entry: choice, candidates, final-norm row. @workgroup (sequence).
 */
export function advanceShader(options: { rows: number; hiddenSize: number; positions: boolean }): string {
  const { rows, hiddenSize, positions } = options
  return /* wgsl */ `
${SEQUENCE}

@group(0) @binding(0) var<storage, read_write> sequences: array<Sequence>;
@group(0) @binding(1) var<storage, read> best: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> hidden: array<u32>;
@group(0) @binding(3) var<storage, read_write> ids: array<u32>;
@group(0) @binding(4) var<storage, read_write> seqlens: array<u32>;
@group(0) @binding(5) var<storage, read_write> total: array<u32>;
@group(0) @binding(6) var<storage, read_write> book: array<u32>;
${positions ? '@group(0) @binding(7) var<storage, read_write> positions: array<vec2<u32>>;' : ''}

const ROWS = ${rows}u;
const KEEP = ${CANDIDATES}u;
const HIDDEN = ${hiddenSize}u;
const ENTRY = ${LOG_HEAD_WORDS + hiddenSize}u;

fn bitsOf(key: u32) -> u32 {
  return select(~key, key & 0x7fffffffu, (key >> 31u) == 1u);
}

fn logitOf(key: u32) -> f32 {
  return bitcast<f32>(bitsOf(key));
}

fn multiplyHigh(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let cross = aLow * bHigh + (middle & 0xffffu);
  return aHigh * bHigh + (middle >> 16u) + (cross >> 16u);
}

// Philox4x32-10 (src/protocol/sampling/philox.ts).
fn philox(first: vec4<u32>, firstKey: vec2<u32>) -> vec4<u32> {
  var c = first;
  var key = firstKey;
  for (var round = 0u; round < 10u; round++) {
    let high0 = multiplyHigh(0xd2511f53u, c.x);
    let high1 = multiplyHigh(0xcd9e8d57u, c.z);
    c = vec4<u32>(high1 ^ c.y ^ key.x, 0xcd9e8d57u * c.z, high0 ^ c.w ^ key.y, 0xd2511f53u * c.x);
    key += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

// -ln(-ln u), u = (word + 1/2) / 2^32; near 1 by what is missing, which float32 still tells apart.
fn gumbel(key: vec2<u32>, position: u32, id: u32) -> f32 {
  let word = philox(vec4<u32>(id >> 2u, position, 0u, 0u), key)[id & 3u];
  if (word >= 0xf0000000u) {
    let missing = (f32(~word) + 0.5) / 4294967296.0;
    return -log(missing * (1.0 + missing * (0.5 + missing * (0.33333334 + missing * 0.25))));
  }
  return -log(-log((f32(word) + 0.5) / 4294967296.0));
}

fn choose(place: Sequence, first: u32) -> u32 {
  if (place.temperature == 0.0) { return best[first].y; }
  let peak = logitOf(best[first].x);
  var sum = 0.0;
  for (var i = 0u; i < place.topK; i++) {
    if (best[first + i].x != 0u) { sum += exp((logitOf(best[first + i].x) - peak) / place.temperature); }
  }
  let wanted = sum * place.topP;
  var before = 0.0;
  var chosen = best[first].y;
  var score = -3e38;
  for (var i = 0u; i < place.topK; i++) {
    let candidate = best[first + i];
    if (candidate.x == 0u || (i > 0u && place.topP < 1.0 && before >= wanted)) { break; }
    let logit = logitOf(candidate.x);
    before += exp((logit - peak) / place.temperature);
    let own = logit + place.temperature * gumbel(place.key, place.position, candidate.y);
    if (own > score) {
      score = own;
      chosen = candidate.y;
    }
  }
  return chosen;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let place = sequences[group.x];
  let entry = (place.step * groups.x + group.x) * ENTRY;
  let first = group.x * KEEP;
  let candidate = best[first + thread];
  book[entry + 1u + thread] = candidate.y;
  book[entry + 1u + KEEP + thread] = bitsOf(candidate.x);
  let row = (place.lane * ROWS + place.row) * HIDDEN;
  for (var i = thread; i < HIDDEN; i += 64u) {
    book[entry + 1u + 2u * KEEP + i] = hidden[row + i];
  }
  // Everyone has read their place before one changes it.
  storageBarrier();
  if (thread != 0u) { return; }

  var chosen = choose(place, first);
  book[entry] = chosen;
  // Without a single number in the logits there is no choice; the host sees that, the next step needs an id.
  if (chosen == 0xffffffffu) { chosen = 0u; }
  let lane = place.lane * ROWS;
  for (var i = 0u; i < place.row; i++) { ids[lane + i] = ids[lane + i + 1u]; }
  ids[lane + place.row] = chosen;
  ${positions ? 'for (var i = 0u; i < ROWS; i++) { positions[lane + i].x += 1u; }' : ''}
  seqlens[place.lane] += 1u;
  if (group.x == 0u) { total[0] += 1u; }
  sequences[group.x].position += 1u;
  sequences[group.x].step += 1u;
}`
}
