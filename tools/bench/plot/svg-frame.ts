/** Colours of the app, in both schemes: a plot is read on the same paper as the table beside it. */
const STYLE = `
:root{--paper:#fff;--ink:#141b18;--ink-2:#46514c;--line:#d9ded9;--bar:#9aa8a1;--own:#0a6a4d;--alt:#7a5000}
@media (prefers-color-scheme:dark){:root{--paper:#0e1311;--ink:#e9efeb;--ink-2:#b4c0b9;--line:#28322d;--bar:#6d7a73;--own:#5fd0a4;--alt:#e0b050}}
text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;fill:var(--ink)}
.title{font-size:16px;font-weight:600}.soft{fill:var(--ink-2);font-size:12px}.end{text-anchor:end}.mid{text-anchor:middle}
.grid{stroke:var(--line)}.axis{stroke:var(--ink-2)}.bar{fill:var(--bar)}.own{fill:var(--own)}
.spread{stroke:var(--ink);stroke-width:1.5}.mark{stroke:var(--ink-2);stroke-dasharray:4 4}
.s0{stroke:var(--own)}.s1{stroke:var(--alt)}.s2{stroke:var(--bar)}.d0{fill:var(--own)}.d1{fill:var(--alt)}.d2{fill:var(--bar)}
.curve{fill:none;stroke-width:2}`.replaceAll('\n', '')

export interface FrameOptions {
  title: string
  subtitle: string
  width: number
  height: number
}

/** A whole SVG file around what was drawn. */
export function svgFile({ title, subtitle, width, height }: FrameOptions, drawn: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">`,
    `<style>${STYLE}</style>`,
    `<rect width="${width}" height="${height}" rx="6" style="fill:var(--paper)"/>`,
    text(20, 30, title, 'title'),
    text(20, 49, subtitle, 'soft'),
    ...drawn,
    '</svg>\n',
  ].join('\n')
}

export function text(x: number, y: number, content: string, classes = ''): string {
  return `<text x="${place(x)}" y="${place(y)}"${classes === '' ? '' : ` class="${classes}"`}>${escapeXml(content)}</text>`
}

export function line(x1: number, y1: number, x2: number, y2: number, classes: string): string {
  return `<line x1="${place(x1)}" y1="${place(y1)}" x2="${place(x2)}" y2="${place(y2)}" class="${classes}"/>`
}

/** Tenths of a unit are finer than any screen, and keep a file's differences small. */
export function place(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** Three digits at most, as a reader wants them. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))))
  const rounded = Number(value.toFixed(Math.min(digits, 3)))
  return rounded.toLocaleString('en', { maximumFractionDigits: 3 })
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
