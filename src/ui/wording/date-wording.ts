const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' })
const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' })

/** `7 August 2026`. */
export function inDate(unixSeconds: number): string {
  return date.format(unixSeconds * 1_000)
}

/** `7 August 2026 at 14:05`, on the person's clock. */
export function inDateAndTime(unixSeconds: number): string {
  return dateAndTime.format(unixSeconds * 1_000)
}
