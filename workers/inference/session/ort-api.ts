import type * as OrtWeb from 'onnxruntime-web'

/**
 * The parts of onnxruntime-web that the engine uses. It is passed in, never imported, so that a worker, Node tests and the benchmarks
 * run one and the same loop on whichever build fits the place.
 */
export type Ort = Pick<typeof OrtWeb, 'InferenceSession' | 'Tensor' | 'env'>
export type OrtSession = OrtWeb.InferenceSession
export type OrtTensor = OrtWeb.Tensor
export type OrtSessionOptions = OrtWeb.InferenceSession.SessionOptions
