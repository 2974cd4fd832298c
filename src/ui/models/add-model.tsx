import { type SyntheticEvent, useState } from 'react'
import { useActions, useModels } from '../app-context.ts'
import { Failure } from '../parts/failure.tsx'

export function AddModel() {
  const adding = useModels((model) => model.adding)
  const { addModel } = useActions()
  const [repo, setRepo] = useState('')
  const send = (event: SyntheticEvent) => {
    event.preventDefault()
    if (repo.trim() !== '') addModel(repo.trim())
  }
  return (
    <section aria-labelledby="add-model">
      <h2 id="add-model">Add a model from the hub</h2>
      <form className="add-model" onSubmit={send}>
        <label htmlFor="add-model-name">Its name there</label>
        <div className="add-model-box">
          <input
            id="add-model-name"
            value={repo}
            placeholder="owner/name"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            aria-describedby="add-model-hint"
            onChange={(event) => setRepo(event.target.value)}
          />
          <button type="submit" className="button" disabled={adding.state === 'asking'}>
            Add
          </button>
        </div>
        <p id="add-model-hint" className="models-hint">
          Text models with ONNX files. Adding asks huggingface.co what the model is made of, which tells it your address
          and that name; its weights are fetched only when you press Download.
        </p>
      </form>
      <div role="status">
        {adding.state === 'asking' && <p className="quiet">Asking the hub about {adding.repo} …</p>}
        {adding.state === 'added' && <p>{adding.name} is in the list.</p>}
      </div>
      {adding.state === 'failed' && <Failure error={adding.error} />}
    </section>
  )
}
