import {PROFILE} from '../doctor/cluster.ts'
import {type ClusterPlace, NAMESPACE} from './cluster-place.ts'
import {type MinikubeNotes, readNotes} from './minikube-notes.ts'

/** Where `up minikube` brought todo5 last, or would. */
export async function minikubePlace(
  stateDir: string,
): Promise<{readonly place: ClusterPlace; readonly notes: MinikubeNotes | undefined}> {
  const notes = await readNotes(stateDir)
  const {profile, namespace} = notes ?? {profile: PROFILE, namespace: NAMESPACE}
  return {place: {target: 'minikube', kubeContext: profile, namespace}, notes}
}
