import './notices.css'
import { useActions, useApp } from '../app-context.ts'
import { noticeInWords } from '../wording/notice-wording.ts'

export function Notices() {
  const notices = useApp((model) => model.notices)
  const { dismissNotice } = useActions()
  return (
    <div className="notices" role="status">
      {notices.map((notice) => {
        const { message, nextStep, severity } = noticeInWords(notice)
        return (
          <div key={notice.kind} className="notice" data-severity={severity}>
            <p>
              <strong>{message}</strong> {nextStep}
            </p>
            <button type="button" className="button button-plain" onClick={() => dismissNotice(notice.kind)}>
              Close<span className="visually-hidden"> this notice</span>
            </button>
          </div>
        )
      })}
    </div>
  )
}
