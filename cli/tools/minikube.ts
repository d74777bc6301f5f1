/** The arguments of Minikube that todo5 uses. */

export const MINIKUBE = 'minikube'

/** Copies an image of the local engine into the node. */
export const imageLoadArgs = (image: string, profile: string): string[] => [
  'image',
  'load',
  image,
  '--profile',
  profile,
]
