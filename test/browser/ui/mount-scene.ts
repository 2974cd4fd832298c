import { flushSync } from 'react-dom'
import { onTestFinished } from 'vitest'
import { createStores, type Stores } from '../../../src/stores/index.ts'
import type { Actions } from '../../../src/ui/actions.ts'
import { mountApp } from '../../../src/ui/mount-app.tsx'
import { hashOf } from '../../../src/ui/route.ts'
import type { Scene } from './scene.ts'
import { SCENES } from './scenes.ts'
import { silentActions } from './silent-actions.ts'

export interface MountedScene {
  root: HTMLElement
  stores: Stores
  /** Renders what `change` does before it returns. */
  act(change: (stores: Stores) => void): void
}

/** Shows one scene of the page in this document, until the test has ended. */
export function mountScene(name: string, actions: Partial<Actions> = {}): MountedScene {
  const scene = sceneOf(name)
  const stores = createStores()
  scene.play(stores)
  location.hash = scene.hash ?? hashOf(scene.route)
  const root = document.createElement('div')
  document.body.append(root)
  let unmount = () => {}
  flushSync(() => {
    unmount = mountApp(root, { stores, actions: silentActions(actions) })
  })
  onTestFinished(() => {
    unmount()
    root.remove()
  })
  return { root, stores, act: (change) => flushSync(() => change(stores)) }
}

function sceneOf(name: string): Scene {
  const scene = SCENES.find((each) => each.name === name)
  if (scene === undefined) throw new TypeError(`There is no scene called ${name}`)
  return scene
}
