import { parseArgs } from 'node:util'
import { createRelay } from './create-relay.ts'
import { RELAY_FLAGS, RELAY_USAGE, relayConfig } from './relay-config.ts'

const { values } = parseArgs({ options: { ...RELAY_FLAGS, help: { type: 'boolean', short: 'h' } } })

if (values.help === true) {
  process.stdout.write(RELAY_USAGE)
} else {
  try {
    const relay = await createRelay(relayConfig(values, process.env))
    process.stdout.write(
      `relay   ${relay.multiaddr}\nhealth  ${relay.httpUrl}/health\nmetrics ${relay.httpUrl}/metrics\n`,
    )
    const stop = (): void => {
      relay.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    }
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  } catch (error) {
    process.stderr.write(`The relay did not start: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
