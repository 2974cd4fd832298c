import type { HubPin } from './hub-pin.ts'

// Written by tools/manifest/make-hub-catalogue.ts from tools/manifest/hub-pins.json; run `npm run catalogue` instead of editing.
export const HUB_PINS: readonly HubPin[] = [
  {
    version: 1,
    repo: 'onnx-community/Qwen3-0.6B-ONNX',
    revision: 'da1453100cf3ff33ef56d17983fc7a8648706db6',
    precision: 'q4f16',
    license: 'apache-2.0',
    contextTokens: 32768,
    cache: {
      layers: 28,
      keyValueHeads: 8,
      headDimension: 128,
    },
    files: [
      {
        path: 'config.json',
        bytes: 912,
        hash: {
          kind: 'sha256',
          hex: '8a04114ba59cc42b47d804d35d1d5c61d746ae4634f41f796768c6e302d39b9e',
        },
      },
      {
        path: 'generation_config.json',
        bytes: 219,
        hash: {
          kind: 'sha256',
          hex: '9e9e031ae8bca36eefcdcdd0b35d83c61baa01e31d68d5f5a961c9ca1a4b95bf',
        },
      },
      {
        path: 'onnx/model_q4f16.onnx',
        bytes: 569789750,
        hash: {
          kind: 'sha256',
          hex: '9e33a5911974174761d0dfdcc0bec975d9c45af0eae5e9eb647b8ba9442a8f91',
        },
      },
      {
        path: 'tokenizer.json',
        bytes: 9117040,
        hash: {
          kind: 'sha256',
          hex: 'e7a95fce95bf5b0946d0ddb3f9d7caa030b7e850bbe92b0edb26bcf563e9f3d5',
        },
      },
      {
        path: 'tokenizer_config.json',
        bytes: 9705,
        hash: {
          kind: 'sha256',
          hex: 'b0a8115cf05a7002cbe2575058c0139c1dee3f06f221c05717c3444947d78b9f',
        },
      },
    ],
  },
  {
    version: 1,
    repo: 'onnx-community/Qwen3-0.6B-ONNX',
    revision: 'da1453100cf3ff33ef56d17983fc7a8648706db6',
    precision: 'q4',
    license: 'apache-2.0',
    contextTokens: 32768,
    cache: {
      layers: 28,
      keyValueHeads: 8,
      headDimension: 128,
    },
    files: [
      {
        path: 'config.json',
        bytes: 912,
        hash: {
          kind: 'sha256',
          hex: '8a04114ba59cc42b47d804d35d1d5c61d746ae4634f41f796768c6e302d39b9e',
        },
      },
      {
        path: 'generation_config.json',
        bytes: 219,
        hash: {
          kind: 'sha256',
          hex: '9e9e031ae8bca36eefcdcdd0b35d83c61baa01e31d68d5f5a961c9ca1a4b95bf',
        },
      },
      {
        path: 'onnx/model_q4.onnx',
        bytes: 919096585,
        hash: {
          kind: 'sha256',
          hex: 'd43d836fc5e240df9013733ccd214972c5d21bd9ec47e574e4f1e359cf90aed0',
        },
      },
      {
        path: 'tokenizer.json',
        bytes: 9117040,
        hash: {
          kind: 'sha256',
          hex: 'e7a95fce95bf5b0946d0ddb3f9d7caa030b7e850bbe92b0edb26bcf563e9f3d5',
        },
      },
      {
        path: 'tokenizer_config.json',
        bytes: 9705,
        hash: {
          kind: 'sha256',
          hex: 'b0a8115cf05a7002cbe2575058c0139c1dee3f06f221c05717c3444947d78b9f',
        },
      },
    ],
  },
]
