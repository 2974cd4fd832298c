#!/usr/bin/env node
/** npm's solc as forge calls a native one: `--version`, and standard JSON from stdin to stdout. Paths are resolved by forge. */
import { readFileSync } from 'node:fs'
import solc from 'solc'

const isVersion = process.argv.includes('--version')
const answer = isVersion
  ? `solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`
  : solc.compile(readFileSync(0, 'utf8'))
process.stdout.write(answer)
