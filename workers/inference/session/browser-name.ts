/**
 * Engine and major version, for example `chromium 156`: as much as two browsers must share to run the same shaders. Coarse on purpose,
 * since it goes into offers. Empty when the user agent is unknown.
 */
export function browserName(userAgent: string): string {
  const firefox = /\bFirefox\/(\d+)/.exec(userAgent)
  if (firefox) return `firefox ${firefox[1]}`
  const chromium = /\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/.exec(userAgent)
  if (chromium) return `chromium ${chromium[1]}`
  const safari = /\bVersion\/(\d+)[\d.]* .*\bSafari\//.exec(userAgent)
  return safari ? `safari ${safari[1]}` : ''
}
