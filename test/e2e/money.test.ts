import { generatePrivateKey } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HexBytes } from '../../src/protocol/channel/chain-network.ts'
import { contribute, stopContributing } from '../../tools/drive/contributor-page.ts'
import { accepted, ask } from '../../tools/drive/requester-page.ts'
import {
  allowPayments,
  connectAndFill,
  delegate,
  goOn,
  part,
  settle,
  stakeTokens,
} from '../../tools/drive/stake-page.ts'
import { carryOutSlash, contradict, reportEquivocation } from '../doubles/equivocation.ts'
import { type InjectedWallet, installInjectedWallet } from '../doubles/injected-wallet.ts'
import { createWorld, type World } from './world.ts'

/** One page with a wallet in it. */
type Person = Awaited<ReturnType<World['open']>> & { wallet: InjectedWallet; goTo(route: string): Promise<void> }

let world: World
let contributor: Person
let requester: Person
let slash: HexBytes
let declined: string[]

async function move(query = ''): Promise<Person> {
  const { chain, pageUrl } = world.devnet
  if (chain === null) throw new Error('this world has no chain')
  const opened = await world.open('stake', query)
  const wallet = await installInjectedWallet(opened.page, {
    name: 'A wallet',
    privateKey: generatePrivateKey(),
    rpcUrl: chain.rpcUrl,
  })
  await opened.page.reload()
  const goTo = async (route: string): Promise<void> => void (await opened.page.goto(`${pageUrl}${query}#/${route}`))
  return { ...opened, wallet, goTo }
}

/** What the wallet was asked, in order. */
function promptsOf({ wallet }: Person): string[] {
  return wallet.prompts.map((prompt) => (prompt.kind === 'typed-data' ? prompt.primaryType : prompt.kind))
}

beforeAll(async () => {
  world = await createWorld({ chain: true })
  contributor = await move('?provider=referee')
  requester = await move()
})

afterAll(async () => {
  await world.end()
})

test('a contributor connects, delegates once and stakes by permit: three prompts', async () => {
  const { page } = contributor
  await connectAndFill(page, 'A wallet')
  await delegate(page)
  await stakeTokens(page, '100')
  expect(promptsOf(contributor)).toEqual(['connect', 'SessionDelegation', 'Permit'])
  await contributor.goTo('contribute')
  await contribute(page)
})

test('whoever says no to a prompt is told what that leaves as it was, and can say yes after it', async () => {
  const { page, wallet } = requester
  const no = async (press: () => Promise<void>, words: string): Promise<void> => {
    wallet.declineNext()
    await press()
    await page.getByText(`You said no in your wallet. ${words}`).waitFor()
  }
  await no(() => page.getByRole('button', { name: 'A wallet' }).click(), 'This page does not see your wallet.')
  await connectAndFill(page, 'A wallet')
  const key = part(page, 'This device’s key')
  await no(async () => {
    await key.getByRole('button', { name: 'Delegate this key' }).click()
    await goOn(page)
  }, 'No wallet stands behind this device’s key on your account.')
  await key.getByText('No wallet stands behind it.').waitFor()
  const stake = part(page, 'Stake')
  await no(async () => {
    await stake.getByRole('textbox').first().fill('5')
    await stake.getByRole('button', { name: 'Stake', exact: true }).click()
    await goOn(page)
  }, 'Nothing was staked, and nothing left your wallet.')
  await stake.getByText('0 tLOCUS', { exact: true }).first().waitFor()
  await no(async () => {
    await part(page, 'Pay for answers').getByRole('textbox').fill('5')
    await part(page, 'Pay for answers').getByRole('button', { name: 'Allow', exact: true }).click()
    await goOn(page)
  }, 'What payments may take is what it was.')
  await part(page, 'Pay for answers').getByText('0 tLOCUS may still go').waitFor()
  await part(page, 'Your wallet').getByText('1,000 tLOCUS', { exact: true }).waitFor()
  declined = promptsOf(requester)
})

test('a requester allows exactly so much, and pays for an answer without another prompt', async () => {
  const { page } = requester
  await delegate(page, '50')
  await allowPayments(page, '20')
  await requester.goTo('ask')
  await page.locator('details.ask-settings summary').click()
  await page.getByLabel('Pay for this answer').check()
  await page.getByLabel('At most').fill('1')
  const answer = await ask(page, { prompt: 'Once upon a time', temperatureMilli: 0, maxTokens: 96 })
  await accepted(answer)
  await answer.getByText(/^Spent 0\.00\d+… tLOCUS of at most 1 tLOCUS$/).waitFor()
  // Those that were declined, and the three that the story takes: it connected once.
  expect(declined).toEqual(['connect', 'connect', 'SessionDelegation', 'Permit', 'Permit'])
  expect(promptsOf(requester).slice(declined.length)).toEqual(['SessionDelegation', 'Permit'])
})

test('the contributor settles with one signature, its fourth prompt, and the tokens are in its wallet', async () => {
  const { page } = contributor
  await stopContributing(page)
  await contributor.goTo('stake')
  const earned = part(page, 'Earned by this device')
  await earned.getByText('1 receipt not settled yet').waitFor()
  contributor.wallet.declineNext()
  await earned.getByRole('button', { name: 'Settle with one signature' }).click()
  await goOn(page)
  await earned.getByText('Nothing was paid out, and nothing is lost: settle whenever you like.').waitFor()
  await earned.getByText('1 receipt not settled yet').waitFor()
  await settle(page)
  const story = ['connect', 'SessionDelegation', 'Permit', 'ReceiptBatch']
  // Once more for the one that was declined.
  expect(promptsOf(contributor)).toEqual([...story, 'ReceiptBatch'])
  await part(page, 'Your wallet')
    .getByText(/^900\.00\d+… tLOCUS$/)
    .waitFor()
})

test('two signatures that contradict each other set a tenth of the stake aside, and both pages show it', async () => {
  const { chain } = world.devnet
  if (chain === null) throw new Error('this world has no chain')
  const { publicKey, statements } = await contradict(contributor.page)
  slash = await reportEquivocation(chain, publicKey, statements)
  await contributor.goTo('stake')
  await part(contributor.page, 'Stake')
    .getByText(/^10 tLOCUS are set aside by a proof against this wallet/)
    .waitFor()
  const answer = requester.page.locator('article.answer').first()
  await answer.locator('.locus summary').click()
  await answer
    .getByText(/10 tLOCUS/)
    .first()
    .waitFor()
})

test('after its delay the slash is carried out by anybody, and both pages say that it was taken', async () => {
  const { chain } = world.devnet
  if (chain === null) throw new Error('this world has no chain')
  await carryOutSlash(chain, slash)
  await contributor.goTo('contribute')
  await contributor.goTo('stake')
  await part(contributor.page, 'Stake')
    .getByText(/^10 tLOCUS were taken by a proof against this wallet/)
    .waitFor()
  const answer = requester.page.locator('article.answer').first()
  await answer.getByRole('button', { name: 'Look again' }).click()
  await answer.getByText('This wallet was slashed.').waitFor()
})

test('no page broke its policy, threw, or asked a third party', () => {
  expect(world.problems()).toEqual([])
})
