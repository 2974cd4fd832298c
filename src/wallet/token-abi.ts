/**
 * What we use of a token that is not ours: ERC-20, ERC-2612 and ERC-5267, with the errors of ERC-6093 that OpenZeppelin's tokens have.
 * `version` is no standard's, but USDC's domain has one that is not 1.
 */
export const tokenAbi = [
  view('balanceOf', [input('owner', 'address')], [input('', 'uint256')]),
  view('allowance', [input('owner', 'address'), input('spender', 'address')], [input('', 'uint256')]),
  view('nonces', [input('owner', 'address')], [input('', 'uint256')]),
  view('name', [], [input('', 'string')]),
  view('version', [], [input('', 'string')]),
  view('DOMAIN_SEPARATOR', [], [input('', 'bytes32')]),
  view(
    'eip712Domain',
    [],
    [
      input('fields', 'bytes1'),
      input('name', 'string'),
      input('version', 'string'),
      input('chainId', 'uint256'),
      input('verifyingContract', 'address'),
      input('salt', 'bytes32'),
      input('extensions', 'uint256[]'),
    ],
  ),
  {
    type: 'function',
    name: 'approve',
    stateMutability: 'nonpayable',
    inputs: [input('spender', 'address'), input('value', 'uint256')],
    outputs: [input('', 'bool')],
  },
  {
    type: 'function',
    name: 'permit',
    stateMutability: 'nonpayable',
    inputs: [
      input('owner', 'address'),
      input('spender', 'address'),
      input('value', 'uint256'),
      input('deadline', 'uint256'),
      input('v', 'uint8'),
      input('r', 'bytes32'),
      input('s', 'bytes32'),
    ],
    outputs: [],
  },
  failure('ERC20InsufficientBalance', [
    input('sender', 'address'),
    input('balance', 'uint256'),
    input('needed', 'uint256'),
  ]),
  failure('ERC20InsufficientAllowance', [
    input('spender', 'address'),
    input('allowance', 'uint256'),
    input('needed', 'uint256'),
  ]),
  failure('ERC2612ExpiredSignature', [input('deadline', 'uint256')]),
  failure('ERC2612InvalidSigner', [input('signer', 'address'), input('owner', 'address')]),
  failure('SafeERC20FailedOperation', [input('token', 'address')]),
] as const

function input<const name extends string, const type extends string>(name: name, type: type) {
  return { name, type } as const
}

function view<const name extends string, const inputs, const outputs>(name: name, inputs: inputs, outputs: outputs) {
  return { type: 'function', name, stateMutability: 'view', inputs, outputs } as const
}

function failure<const name extends string, const inputs>(name: name, inputs: inputs) {
  return { type: 'error', name, inputs } as const
}
