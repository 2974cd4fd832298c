/** Hands the person a file to keep, as a click on a download link would. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has read the blob by the next turn; keeping it would keep its memory.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
