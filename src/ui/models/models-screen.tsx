import './models-screen.css'
import { useModels } from '../app-context.ts'
import { AddModel } from './add-model.tsx'
import { DownloadLimits } from './download-limits.tsx'
import { ModelItem } from './model-item.tsx'

export function ModelsScreen() {
  const models = useModels((model) => model.models)
  return (
    <div className="models">
      <div>
        <h1>Models on this device.</h1>
        <p className="lede">
          Each is verified piece by piece before it runs. Contributing and asking use one of them at a time.
        </p>
        {models === null ? (
          <p className="models-list quiet" role="status">
            Looking through what is kept here …
          </p>
        ) : (
          <ul className="models-list">
            {models.map((model) => (
              <ModelItem key={model.ref} model={model} />
            ))}
          </ul>
        )}
      </div>
      <div className="models-side">
        <AddModel />
        <DownloadLimits />
      </div>
    </div>
  )
}
