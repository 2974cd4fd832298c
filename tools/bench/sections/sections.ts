import { checking } from './checking.ts'
import { eightRequests } from './eight-requests.ts'
import { evidence } from './evidence.ts'
import { loading } from './loading.ts'
import { oneRequest } from './one-request.ts'
import { prefixHit } from './prefix-hit.ts'
import { promptLookup } from './prompt-lookup.ts'
import { roofline } from './roofline.ts'
import type { Section } from './section.ts'
import { voucher } from './voucher.ts'

/** In the order in which they are told. */
export const SECTIONS: readonly Section[] = [
  oneRequest,
  eightRequests,
  checking,
  prefixHit,
  promptLookup,
  loading,
  evidence,
  voucher,
  roofline,
]
