import type { HubPin } from './hub-pin.ts'

// Written by tools/manifest/make-hub-catalogue.ts from tools/manifest/hub-pins.json; run `npm run catalogue` instead of editing.
export const HUB_PINS: readonly HubPin[] = [
  {
    version: 1,
    repo: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    revision: '12fd25f77366fa6b3b4b768ec3050bf629380bac',
    precision: 'q8',
    license: 'apache-2.0',
    contextTokens: 8192,
    cache: {
      layers: 30,
      keyValueHeads: 3,
      headDimension: 64,
    },
    files: [
      {
        path: 'config.json',
        bytes: 861,
        hash: {
          kind: 'sha256',
          hex: '8eb740e8bbe4cff95ea7b4588d17a2432deb16e8075bc5828ff7ba9be94d982a',
        },
      },
      {
        path: 'generation_config.json',
        bytes: 132,
        hash: {
          kind: 'sha256',
          hex: '87b916edaaab66b3899b9d0dd0752727dff6666686da0504d89ae0a6e055a013',
        },
      },
      {
        path: 'onnx/model_quantized.onnx',
        bytes: 137147981,
        hash: {
          kind: 'sha256',
          hex: 'ecc1a19eece6494e2963cf74f78ace35916e8d0b803168ddd41db00979f18e39',
        },
      },
      {
        path: 'tokenizer.json',
        bytes: 2104556,
        hash: {
          kind: 'sha256',
          hex: '9ca9acddb6525a194ec8ac7a87f24fbba7232a9a15ffa1af0c1224fcd888e47c',
        },
      },
      {
        path: 'tokenizer_config.json',
        bytes: 3764,
        hash: {
          kind: 'sha256',
          hex: '4ec77d44f62efeb38d7e044a1db318f6a939438425312dfa333b8382dbad98df',
        },
      },
    ],
  },
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
