import type { MultiaddrConnection } from '@libp2p/interface'

/** Close code of an aborted connection; 4000 to 4999 are for applications (RFC 6455 §7.4.2). */
const ABORTED = 4_000

interface ClosableSocket {
  close(code?: number, reason?: string): void
}

/**
 * Makes aborting a WebSocket connection close its socket. libp2p closes it with code 1006, which no endpoint may send (RFC 6455
 * §7.4.1): the call throws, the error is logged, and the socket stays open but uncounted (@libp2p/websockets 10.1). Call it before the
 * connection is used. Connections of other transports are left alone.
 */
export function mendWebSocketReset(connection: MultiaddrConnection): void {
  const { websocket } = connection as MultiaddrConnection & { websocket?: ClosableSocket }
  if (websocket === undefined) return
  const close = websocket.close.bind(websocket)
  websocket.close = (code, reason) => close(code === 1_006 ? ABORTED : code, reason)
}
