import type { PayingChannel } from '../../stores/index.ts'
import { useActions, useStake } from '../app-context.ts'
import { CopyableId } from '../parts/copyable-id.tsx'
import { channelInWords, channelStepOf } from '../wording/channel-wording.ts'
import { shortId } from '../wording/short-id.ts'
import type { TokenUnit } from '../wording/token-amount.ts'
import { BusyButton } from './busy-button.tsx'
import { TaskLine } from './task-line.tsx'

/** Channels that this device pays from, and what is left in them. */
export function ChannelList({ token }: { token: TokenUnit }) {
  const paying = useStake((model) => model.paying)
  if (paying.length === 0) return null
  return (
    <>
      <h3 className="stake-list-title" id="stake-channels">
        Channels
      </h3>
      <ul className="stake-list" aria-labelledby="stake-channels">
        {paying.map((channel) => (
          <ChannelItem key={channel.channelId} channel={channel} token={token} />
        ))}
      </ul>
    </>
  )
}

function ChannelItem({ channel, token }: { channel: PayingChannel; token: TokenUnit }) {
  const asOf = useStake((model) => model.asOf)
  const account = useStake((model) => model.account)
  const { requestClose, finalizeClose } = useActions()
  const { channelId } = channel
  const step = channelStepOf(channel, asOf)
  return (
    <li>
      <p>
        <CopyableId id={channelId} of="channel" />
      </p>
      <p>{channelInWords(channel, asOf, token)}</p>
      {account !== null && step !== 'wait' && (
        <div className="stake-buttons">
          <BusyButton onPress={() => (step === 'request' ? requestClose(channelId) : finalizeClose(channelId))}>
            {step === 'request' ? 'Close' : 'Take back the rest'}
            <span className="visually-hidden"> of the channel {shortId(channelId)}</span>
          </BusyButton>
        </div>
      )}
      <TaskLine kinds={['request-close', 'finalize-close']} subject={channelId} />
    </li>
  )
}
