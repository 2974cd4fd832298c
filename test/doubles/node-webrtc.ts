import { PeerConnection } from 'node-datachannel'

/**
 * WebRTC for participants in Node. libdatachannel 0.24.5 starts DTLS as soon as ICE connects, which on one machine can be before it has
 * stored the answer's fingerprint; it then refuses the honest certificate (its pull request 1612). So an offerer here withholds its
 * candidates until the answer is stored: without them the other side cannot connect early. Browsers have no such fault.
 */
export function nodeRtcConfiguration(): RTCConfiguration {
  const native = new PeerConnection('participant', { iceServers: [] })
  const configuration: RTCConfiguration & { peerConnection: PeerConnection } = {
    iceServers: [],
    peerConnection: withholdCandidates(native),
  }
  return configuration
}

type Candidate = Parameters<Parameters<PeerConnection['onLocalCandidate']>[0]>

function withholdCandidates(native: PeerConnection): PeerConnection {
  let withheld: Candidate[] | null = []
  let deliver: (...candidate: Candidate) => void = () => {}

  const onLocalCandidate: PeerConnection['onLocalCandidate'] = (callback) => {
    deliver = callback
    native.onLocalCandidate((...candidate) => {
      if (withheld === null) deliver(...candidate)
      else withheld.push(candidate)
    })
  }
  const setRemoteDescription: PeerConnection['setRemoteDescription'] = (sdp, type) => {
    native.setRemoteDescription(sdp, type)
    const held = withheld ?? []
    withheld = null
    for (const candidate of held) deliver(...candidate)
  }

  return new Proxy(native, {
    get(target, property) {
      if (property === 'onLocalCandidate') return onLocalCandidate
      if (property === 'setRemoteDescription') return setRemoteDescription
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
