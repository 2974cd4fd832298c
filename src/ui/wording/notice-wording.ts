import type { Notice } from '../../stores/index.ts'

export interface NoticeWording {
  message: string
  nextStep: string
  /** Whether something does not work until it is dealt with. */
  severity: 'problem' | 'information'
}

export function noticeInWords(notice: Notice): NoticeWording {
  switch (notice.kind) {
    case 'storage-unavailable':
      return {
        message: 'This window cannot store anything, so receipts cannot be kept.',
        nextStep: 'Open Locus in a normal (not private) window, or allow this site to store data.',
        severity: 'problem',
      }
    case 'no-webgpu':
      return {
        message: 'This browser offers no GPU to pages, so Locus computes on the processor.',
        nextStep: 'Nothing to do. A browser with WebGPU would be faster.',
        severity: 'information',
      }
    case 'relay-unreachable':
      return {
        message: 'The relay that introduces peers to each other does not answer.',
        nextStep:
          'Check your connection. If you run Locus yourself, see that its relay is up. Then contribute or ask again.',
        severity: 'problem',
      }
    case 'failure':
      return { message: notice.error.message, nextStep: notice.error.nextStep, severity: 'problem' }
    default:
      return notice satisfies never
  }
}
