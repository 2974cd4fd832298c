// Written by tools/manifest/make-manifest.ts from public/models; run `npm run manifest` instead of editing.
export const GENERATED_MODELS = [
  {
    id: 'locus-stories',
    name: 'Locus Stories',
    modelRoot: '831417a7a2a02ed04a6306dc6e428bc8c1dca6b05283bb836256ded0f08ba8c3',
    basePath: '/models/locus-stories/',
    totalBytes: 8842632,
    license: 'apache-2.0',
    precision: 'q4',
    contextTokens: 512,
    cache: { layers: 6, keyValueHeads: 2, headDimension: 32 },
  },
] as const
