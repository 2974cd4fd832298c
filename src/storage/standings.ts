import * as v from 'valibot'
import type { Standing, StandingBook } from '../participant/ports.ts'
import { NEWCOMER, ProviderRecordSchema } from '../protocol/reputation/audit-rate.ts'
import { EvidenceStateSchema, NO_EVIDENCE } from '../protocol/reputation/sequential-evidence.ts'
import { createDatabase, type Database, storageFailed } from './database.ts'

const StandingSchema = v.strictObject({ record: ProviderRecordSchema, evidence: EvidenceStateSchema })

/** Somebody of whom nothing is known. */
const STRANGER: Standing = { record: NEWCOMER, evidence: NO_EVIDENCE }

/**
 * What this device has seen of providers, in IndexedDB. Written with the default durability: what a power cut takes makes somebody a newcomer
 * again, which only means more audits. Errors: `storage/unavailable`.
 */
export function createStandingBook(database: Database = createDatabase()): StandingBook {
  return {
    async get(providerKey) {
      try {
        const stored: unknown = await (await database.open()).get('standings', providerKey)
        const parsed = v.safeParse(StandingSchema, stored)
        return parsed.success ? parsed.output : STRANGER
      } catch (error) {
        throw storageFailed(error)
      }
    },
    async put(providerKey, standing) {
      try {
        await (await database.open()).put('standings', standing, providerKey)
      } catch (error) {
        throw storageFailed(error)
      }
    },
  }
}

/** For this visit only, where the browser keeps nothing. */
export function createMemoryStandingBook(): StandingBook {
  const standings = new Map<string, Standing>()
  return {
    get: async (providerKey) => standings.get(providerKey) ?? STRANGER,
    async put(providerKey, standing) {
      standings.set(providerKey, structuredClone(standing))
    },
  }
}
