import { serveArm } from '../../arms/serve-arm.ts'
import { openTransformersArm } from '../../arms/transformers-arm.ts'

/** transformers.js over the ONNX Runtime that we ship: the bundler gives this worker that build instead of its own. */
serveArm(self, (spec, model) => openTransformersArm(spec, model, { ortFolder: '/ort-ours' }))
