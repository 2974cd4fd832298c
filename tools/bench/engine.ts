/**
 * `npm run bench:engine`: this engine beside transformers.js in one page, on the same weights, token for token the same answers.
 * `-- --section one-request,checking --provider wasm` measures a part; everything else in the report stays as it was measured before.
 * Writes docs/benchmarks/engine.json, plots beside it, and its section of docs/benchmarks.md; `--dry` only prints.
 */
import { createTokenizer } from '../../workers/inference/text/tokenizer.ts'
import { parseBenchArguments } from './bench-arguments.ts'
import { openBenchModel } from './bench-model.ts'
import { startBenchSite } from './bench-site.ts'
import { type EngineRun, loadRuns, markdownOf, saveRuns } from './engine-report.ts'
import { openModelFolder } from './node-runtime.ts'
import { openingsFrom } from './prompts.ts'
import { machine } from './report.ts'
import { runName } from './sections/section.ts'
import { SECTIONS } from './sections/sections.ts'

const { sections, providers, settingsOf, flags, dry } = parseBenchArguments(process.argv.slice(2))

const site = await startBenchSite()
try {
  const { readFile } = await openModelFolder()
  const tokenizer = createTokenizer({
    tokenizerJson: await readFile('tokenizer.json'),
    tokenizerConfigJson: await readFile('tokenizer_config.json'),
  })
  const runs = new Map<string, EngineRun>(dry ? [] : await loadRuns())
  for (const section of SECTIONS.filter(({ name }) => sections.includes(name))) {
    for (const provider of section.providers.filter((name) => providers.includes(name))) {
      const settings = settingsOf(provider)
      const name = runName(section.name, settings)
      console.log(`${name} …`)
      await openBenchModel(site, settings.model)
      const openings = openingsFrom((text) => tokenizer.encode(text), settings.tokens)
      const facts = await section.run({ ...settings, site, flags, openings })
      // As it will be read back: what JSON cannot say must not be in the table either.
      const run = JSON.parse(
        JSON.stringify({ section: section.name, settings, machine: machine(), facts }),
      ) as EngineRun
      runs.set(name, run)
      console.log(`\n${markdownOf([run])}\n`)
      if (!dry) await saveRuns(runs)
    }
  }
} finally {
  await site.stop()
}
// ORT keeps its threads; nothing is under way any more.
process.exit()
