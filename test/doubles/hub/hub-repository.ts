import { createHash } from 'node:crypto'

/** One commit of a model on a hub. */
export interface HubRepository {
  repo: string
  revision: string
  license: string | null
  files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
}

/** Hubs keep weights and other large files in Git LFS, the rest in Git. */
const LFS_FROM_BYTES = 4_096

export function isInLfs(bytes: Uint8Array): boolean {
  return bytes.length >= LFS_FROM_BYTES
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** `git hash-object` */
export function gitBlobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
export function lfsPointerOf(bytes: Uint8Array): Uint8Array {
  return Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256Hex(bytes)}\nsize ${bytes.length}\n`,
  )
}

/** What the hub's API answers to `/api/models/<repo>/revision/<revision>?blobs=true`. */
export function listingOf({ repo, revision, license, files }: HubRepository): object {
  return {
    id: repo,
    modelId: repo,
    sha: revision,
    private: false,
    gated: false,
    ...(license !== null && { cardData: { license } }),
    siblings: [...files].map(([rfilename, bytes]) => ({
      rfilename,
      size: bytes.length,
      blobId: gitBlobId(isInLfs(bytes) ? lfsPointerOf(bytes) : bytes),
      ...(isInLfs(bytes) && {
        lfs: { sha256: sha256Hex(bytes), size: bytes.length, pointerSize: lfsPointerOf(bytes).length },
      }),
    })),
  }
}

/** Bytes that differ from chunk to chunk, and from one salt to the next. */
function noise(length: number, salt: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let state = salt + 1
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}

function text(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value))
}

export const SAMPLE_REPO = 'locus-tests/tiny-llama'

/** A text model's repository: the graph apart from its weights, in two precisions, and what a hub has beside them. */
export function sampleRepository({ repo = SAMPLE_REPO, weightBytes = 3_400_000 } = {}): HubRepository {
  const config = {
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    hidden_size: 64,
    max_position_embeddings: 1_024,
  }
  return {
    repo,
    revision: '0123456789abcdef0123456789abcdef01234567',
    license: 'apache-2.0',
    files: new Map([
      ['.gitattributes', new TextEncoder().encode('*.onnx filter=lfs')],
      ['README.md', new TextEncoder().encode('---\nlicense: apache-2.0\n---\n')],
      ['config.json', text(config)],
      ['generation_config.json', text({ eos_token_id: 2 })],
      ['onnx/model_q4.onnx', noise(60_000, 1)],
      ['onnx/model_q4.onnx_data', noise(weightBytes, 2)],
      ['onnx/model_quantized.onnx', noise(90_000, 3)],
      ['tokenizer.json', noise(40_000, 4)],
      ['tokenizer_config.json', text({ chat_template: '{{ messages[0].content }}' })],
    ]),
  }
}
