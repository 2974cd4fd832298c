type HalfConstructor = new (values: ArrayBufferLike | number[]) => ArrayLike<number> & { buffer: ArrayBuffer }

/** The platform's own float16 (Float16Array, ES2025), which TypeScript's ES2023 library does not know yet. */
export const Half = Reflect.get(globalThis, 'Float16Array') as HalfConstructor
