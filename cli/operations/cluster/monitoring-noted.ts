import type {ClusterPlace} from './cluster-place.ts'
import {findPlace} from './find-place.ts'
import {daprValuesOf} from './monitoring.ts'

/** What the Dapr resources are told of what `up minikube` has made to watch this todo5; nothing where it has not been. */
export async function daprValuesNoted(place: ClusterPlace, stateDir: string): Promise<Record<string, string>> {
  const {notes} = await findPlace(place, stateDir)
  return notes?.monitoring == null ? {} : daprValuesOf(notes.monitoring)
}
