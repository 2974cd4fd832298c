import { hashOf } from '../route.ts'

/** Stands under the story, so that nothing above it moves when somebody is found. */
export function FindingHelp() {
  return (
    <p className="finding-help">
      If nobody is there,{' '}
      <a href={hashOf('contribute')} target="_blank" rel="noopener">
        open Contribute in another tab
      </a>{' '}
      or on another device.
    </p>
  )
}
