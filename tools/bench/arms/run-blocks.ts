import { abbaOrder } from '../statistics/abba-order.ts'
import type { ArmTurn } from '../statistics/compare-arms.ts'
import type { Arm, ArmRequest, Manner } from './arm.ts'

export interface OpenedArm {
  name: string
  arm: Arm
  manner: Manner
}

export interface BlockPlan {
  blocks: number
  /** The requests of a block, the same for every arm. */
  requestsOf: (block: number) => ArmRequest[]
}

/** Every arm once per block, one at a time, in ABBA order. */
export async function runBlocks(arms: readonly OpenedArm[], plan: BlockPlan): Promise<ArmTurn[]> {
  const turns: ArmTurn[] = []
  for (let block = 0; block < plan.blocks; block++) {
    const requests = plan.requestsOf(block)
    for (const { name, arm, manner } of abbaOrder(arms, block)) {
      turns.push({ arm: name, block, answers: await arm.answer(requests, manner) })
    }
  }
  return turns
}
