import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { type Abi, type AbiFunction, type AbiParameter, parseAbiItem, toFunctionSelector } from 'viem'
import { expect, test } from 'vitest'
import { channelsAbi } from '../../../src/wallet/abi/channels.gen.ts'
import { receiptsAbi } from '../../../src/wallet/abi/receipts.gen.ts'
import { sessionRegistryAbi } from '../../../src/wallet/abi/session-registry.gen.ts'
import { stakeAbi } from '../../../src/wallet/abi/stake.gen.ts'
import { CHAIN_TYPES } from '../../../src/wallet/abi/typed-data.gen.ts'

const FOLDER = join(import.meta.dirname, '../../../docs/erc7730')
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))

/** https://eips.ethereum.org/assets/eip-7730/erc7730-v1.schema.json, as far as these files use it, and nothing beyond. */
const Field = v.variant('format', [
  v.strictObject({ path: v.string(), label: v.string(), format: v.literal('raw') }),
  v.strictObject({
    path: v.string(),
    label: v.string(),
    format: v.literal('addressName'),
    params: v.strictObject({ types: v.array(v.picklist(['wallet', 'eoa', 'contract', 'token'])) }),
  }),
  v.strictObject({
    path: v.string(),
    label: v.string(),
    format: v.literal('tokenAmount'),
    params: v.union([v.strictObject({ token: v.string() }), v.strictObject({ tokenPath: v.literal('@.to') })]),
  }),
  v.strictObject({
    path: v.string(),
    label: v.string(),
    format: v.literal('date'),
    params: v.strictObject({ encoding: v.literal('timestamp') }),
  }),
  v.strictObject({
    path: v.string(),
    label: v.string(),
    format: v.literal('enum'),
    params: v.strictObject({ $ref: v.string() }),
  }),
])
const Format = v.strictObject({
  intent: v.pipe(v.string(), v.minLength(1), v.maxLength(60)),
  fields: v.array(Field),
  required: v.optional(v.array(v.string()), []),
  excluded: v.optional(v.array(v.string()), []),
})
const Types = v.record(v.string(), v.array(v.strictObject({ name: v.string(), type: v.string() })))
const Deployments = v.array(v.strictObject({ chainId: v.number(), address: v.string() }))
const Descriptor = v.strictObject({
  $schema: v.literal('https://eips.ethereum.org/assets/eip-7730/erc7730-v1.schema.json'),
  context: v.union([
    v.strictObject({ contract: v.strictObject({ abi: v.array(v.unknown()), deployments: Deployments }) }),
    v.strictObject({
      eip712: v.strictObject({
        schemas: v.array(v.strictObject({ primaryType: v.string(), types: Types })),
        domain: v.optional(v.strictObject({ name: v.literal('Locus'), version: v.literal('1') })),
        deployments: Deployments,
      }),
    }),
  ]),
  metadata: v.strictObject({
    owner: v.literal('Locus'),
    constants: v.optional(v.record(v.string(), v.string()), {}),
    enums: v.optional(v.record(v.string(), v.record(v.string(), v.string())), {}),
  }),
  display: v.strictObject({ formats: v.record(v.string(), Format) }),
})
type Descriptor = v.InferOutput<typeof Descriptor>

const ABIS: Record<string, Abi> = {
  'calldata-stake.json': stakeAbi,
  'calldata-channels.json': channelsAbi,
  'calldata-receipts.json': receiptsAbi,
  'calldata-session-registry.json': sessionRegistryAbi,
}
const PERMIT = ['owner:address', 'spender:address', 'value:uint256', 'nonce:uint256', 'deadline:uint256']
const MESSAGES: Record<string, readonly { name: string; type: string }[]> = {
  SessionDelegation: CHAIN_TYPES.SessionDelegation,
  ReceiptBatch: CHAIN_TYPES.ReceiptBatch,
  Permit: PERMIT.map((one) => one.split(':')).map(([name = '', type = '']) => ({ name, type })),
}

function read(name: string): Descriptor {
  return v.parse(Descriptor, JSON.parse(readFileSync(join(FOLDER, name), 'utf8')))
}

/** Every value that somebody signs, as ERC-7730 names it. */
function leaves(inputs: readonly AbiParameter[], prefix = ''): string[] {
  return inputs.flatMap((one) => {
    const path = `${prefix}${one.name}${one.type.endsWith('[]') ? '.[]' : ''}`
    return 'components' in one ? leaves(one.components, `${path}.`) : [path]
  })
}

test('there are descriptors for what is signed and for what is sent', () => {
  expect(files).toHaveLength(7)
})

test.each(files)('%s is a descriptor, names no deployment yet, and refers to nothing that is not there', (name) => {
  const { context, metadata, display } = read(name)
  expect('contract' in context ? context.contract.deployments : context.eip712.deployments).toEqual([])
  const references = JSON.stringify(display).match(/\$\.metadata\.[\w.]+/g) ?? []
  for (const reference of references) {
    const [, , kind, key = ''] = reference.split('.')
    expect(kind === 'enums' ? metadata.enums : metadata.constants).toHaveProperty(key)
  }
})

test.each(files)('%s shows every value that is signed, or says that it does not', (name) => {
  const { context, display } = read(name)
  for (const [key, format] of Object.entries(display.formats)) {
    const inputs = 'contract' in context ? functionOf(ABIS[name] ?? [], key).inputs : (MESSAGES[key] ?? [])
    const shown = [...format.fields.map(({ path }) => path), ...format.excluded]
    expect(shown.toSorted()).toEqual(leaves(inputs).toSorted())
    const paths = format.fields.map(({ path }) => path)
    expect(format.required.filter((path) => !paths.includes(path))).toEqual([])
  }
})

test.each(Object.keys(ABIS))('%s has the functions of the contract’s own ABI', (name) => {
  const { context, display } = read(name)
  if (!('contract' in context)) throw new Error('not of a contract')
  const own = Object.keys(display.formats).map((key) => functionOf(ABIS[name] ?? [], key))
  expect(context.contract.abi).toEqual(own)
})

test.each(files.filter((name) => name.startsWith('eip712')))('%s has the types that are signed', (name) => {
  const { context, display } = read(name)
  if (!('eip712' in context)) throw new Error('not of a message')
  expect(context.eip712.schemas.map(({ primaryType }) => primaryType)).toEqual(Object.keys(display.formats))
  for (const { primaryType, types } of context.eip712.schemas) expect(types[primaryType]).toEqual(MESSAGES[primaryType])
})

test('every scope that a key can have is said in words', () => {
  for (const name of ['eip712-session-registry.json', 'calldata-session-registry.json']) {
    expect(Object.keys(read(name).metadata.enums['scopes'] ?? {})).toEqual(['1', '2', '3', '4', '5', '6', '7'])
  }
})

function functionOf(abi: Abi, signature: string): AbiFunction {
  const wanted = parseAbiItem([`function ${signature}`] as never) as unknown as AbiFunction
  const selector = toFunctionSelector(wanted)
  const found = abi.find((item) => item.type === 'function' && toFunctionSelector(item) === selector)
  if (found?.type !== 'function') throw new Error(`the contract has no ${signature}`)
  expect(leaves(found.inputs)).toEqual(leaves(wanted.inputs))
  return found
}
