import type { StreamMiddleware } from '@libp2p/interface'

export interface CircuitMeterOptions {
  onCircuit: () => void
  onBytes: (bytes: number) => void
}

/**
 * Counts what a circuit carries, on the stream that the relay opens towards the reserved peer: one direction is written to it, the
 * other read from it. The relay speaks first there, so listening from the start loses nothing to whoever reads next. (The inbound
 * stream cannot be metered so: libp2p 3.3 appends its handler to the registered middleware anew for every inbound stream.)
 */
export function createCircuitMeter({ onCircuit, onBytes }: CircuitMeterOptions): StreamMiddleware {
  return (stream, connection, next) => {
    onCircuit()
    const send = stream.send.bind(stream)
    stream.send = (data) => {
      onBytes(data.byteLength)
      return send(data)
    }
    stream.addEventListener('message', ({ data }) => onBytes(data.byteLength))
    next(stream, connection)
  }
}
