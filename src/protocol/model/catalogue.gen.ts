// Written by tools/manifest/make-manifest.ts from public/models; run `npm run manifest` instead of editing.
export const GENERATED_MODELS = [
  {
    id: 'locus-stories',
    name: 'Locus Stories',
    modelRoot: '2d71e5081c914b010c26cb8fb197fb441421131a8f7098ec0b3ba923c39b7656',
    basePath: '/models/locus-stories/',
    totalBytes: 8842572,
  },
] as const
