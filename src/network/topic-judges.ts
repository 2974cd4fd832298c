import type { GossipTopic, Unsubscribe } from '../participant/ports.ts'
import { ignore, type MessageVerdict } from '../protocol/wire/verdict.ts'
import { GOSSIP_TOPIC_NAMES } from './gossip-topics.ts'
import type { JudgeMessage } from './gossip-validator.ts'

/** Who judges the messages of which topic. */
export interface TopicJudges {
  add(topic: GossipTopic, judge: JudgeMessage): Unsubscribe
  /** The worst verdict counts. With nobody to judge, nothing propagates. */
  of(topic: GossipTopic): JudgeMessage
}

export function createTopicJudges(): TopicJudges {
  const judges = new Map(GOSSIP_TOPIC_NAMES.map((topic) => [topic, new Set<JudgeMessage>()]))
  return {
    add(topic, judge) {
      judges.get(topic)?.add(judge)
      return () => judges.get(topic)?.delete(judge)
    },
    of: (topic) => (message, publisher, source) => {
      const verdicts = [...(judges.get(topic) ?? [])].map((judge): MessageVerdict => judge(message, publisher, source))
      return (
        verdicts.find(({ verdict }) => verdict === 'reject') ??
        verdicts.find(({ verdict }) => verdict === 'ignore') ??
        verdicts[0] ??
        ignore('gossip/nobody-listens')
      )
    },
  }
}
