import type { Locator } from 'playwright-core'

/** Calls back with each piece of an answer's text as the page shows it, until the answer has ended. */
export async function streamText(answer: Locator, onText: (text: string) => void): Promise<void> {
  const page = answer.page()
  let printed = ''
  for (;;) {
    const { text, isEnded } = await page.evaluate((shown) => {
      const read = () => {
        const article = document.querySelector('article.answer')
        const content = article?.querySelector('.story-answer')?.textContent ?? ''
        const state = article?.getAttribute('data-state') ?? ''
        return { text: content, isEnded: state === 'accepted' || state === 'failed' }
      }
      // Resolves when there is more to print, not on a timer.
      return new Promise<{ text: string; isEnded: boolean }>((resolve) => {
        const look = (): boolean => {
          const now = read()
          if (now.text === shown && !now.isEnded) return false
          resolve(now)
          return true
        }
        if (look()) return
        const observer = new MutationObserver(() => {
          if (look()) observer.disconnect()
        })
        observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
      })
    }, printed)
    // A resumed or disbelieved answer begins again on a line of its own.
    onText(text.startsWith(printed) ? text.slice(printed.length) : `\n${text}`)
    printed = text
    if (isEnded) return
  }
}
