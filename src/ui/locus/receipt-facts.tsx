import type { Bundle } from '../../protocol/receipt/bundle.ts'
import { CopyableId } from '../parts/copyable-id.tsx'
import { Fact } from '../parts/facts.tsx'
import { hex } from '../wording/hex.ts'
import { finishInWords, samplerInWords } from '../wording/receipt-wording.ts'

/** The last leg's signed receipt: what the provider stands for, in its own numbers. */
export function ReceiptFacts({ bundle }: { bundle: Bundle }) {
  const signed = bundle.legs.at(-1)?.signed ?? null
  if (signed === null) return <Fact name="Receipt">None was signed.</Fact>
  const { receipt, signature } = signed
  return (
    <Fact name="Receipt">
      <p>
        Issued{' '}
        <time dateTime={new Date(receipt.issuedAt).toISOString()}>{new Date(receipt.issuedAt).toLocaleString()}</time>.{' '}
        {finishInWords(receipt.finish)} {samplerInWords(receipt.sampler)}
      </p>
      <ul className="receipt-ids">
        <li>
          Model <CopyableId id={hex(receipt.modelRoot)} of="model root" />
        </li>
        <li>
          Prompt <CopyableId id={hex(receipt.promptHash)} of="prompt hash" />
        </li>
        <li>
          Output <CopyableId id={hex(receipt.outputHash)} of="output hash" />
        </li>
        <li>
          Seed <CopyableId id={hex(receipt.seed)} of="seed" />
        </li>
        <li>
          Signature <CopyableId id={hex(signature)} of="signature" />
        </li>
      </ul>
    </Fact>
  )
}
