import type { Clock, Unsubscribe } from '../../src/participant/ports.ts'
import type { Anvil } from './start-anvil.ts'

/** A person waits one of these for a block. */
const BLOCK_MS = 1_000

/** With epochs of one slot a block is safe when one stands on it, and final when two do. */
export const FINAL_BLOCKS = 2

/** Ethereum's own block time: what compares dates with the newest block is late by no more than it is there. */
const IDLE_MS = 12_000

/**
 * Blocks once a second while there is something to mine and until that is final, so that *seen*, *safe* and *final* follow each other as on a public
 * chain, only sooner; mined at once, a transaction would stay *seen* until somebody else sent one. Otherwise one in twelve seconds: a block a
 * second, for days, of nothing, would fill the memory (1.7 kB each on disk). Returns its undo.
 */
export function mineBlocks({ request }: Pick<Anvil, 'request'>, clock: Pick<Clock, 'now' | 'after'>): Unsubscribe {
  let isStopped = false
  let stopTimer: Unsubscribe = () => undefined
  let owed = 0
  let minedAtMs = clock.now()

  async function look(): Promise<void> {
    const { pending } = await request<{ pending: string }>('txpool_status')
    if (Number(pending) > 0) owed = 1 + FINAL_BLOCKS
    if (owed === 0 && clock.now() - minedAtMs < IDLE_MS) return
    await request('evm_mine')
    owed = Math.max(0, owed - 1)
    minedAtMs = clock.now()
  }

  function goOn(): void {
    if (isStopped) return
    stopTimer = clock.after(BLOCK_MS, () => void look().then(goOn, goOn))
  }
  goOn()

  return () => {
    isStopped = true
    stopTimer()
  }
}
