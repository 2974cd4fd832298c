import { createStores } from '../../../../src/stores/index.ts'
import { mountApp } from '../../../../src/ui/mount-app.tsx'
import { hashOf } from '../../../../src/ui/route.ts'
import { SCENES } from '../scenes.ts'
import { silentActions } from '../silent-actions.ts'

/** `?scene=serving`: the page in that state, to be looked at. */
const name = new URLSearchParams(location.search).get('scene')
const scene = SCENES.find((each) => each.name === name)
const root = document.getElementById('root')
if (scene === undefined || root === null)
  throw new TypeError(`no scene ${name}: ${SCENES.map((s) => s.name).join(', ')}`)

const stores = createStores()
scene.play(stores)
location.hash = scene.hash ?? hashOf(scene.route)
mountApp(root, { stores, actions: silentActions() })
