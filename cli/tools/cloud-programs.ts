/** The programs of the three clouds, as far as todo5 asks them who somebody is. */

export interface CloudProgram {
  readonly program: string
  /** Ends with 0 when somebody is signed in. */
  readonly whoArgs: readonly string[]
  /** What signs in. */
  readonly login: string
  readonly install: string
  /** What kubectl calls for a token, when it is another program. */
  readonly token?: {readonly program: string; readonly install: string}
}

export const CLOUD_PROGRAMS: Readonly<Record<'oke' | 'aks' | 'gke', CloudProgram>> = {
  oke: {
    program: 'oci',
    whoArgs: ['os', 'ns', 'get'],
    login: 'oci setup config',
    install: 'OCI CLI: https://docs.oracle.com/iaas/Content/API/SDKDocs/cliinstall.htm',
  },
  aks: {
    program: 'az',
    whoArgs: ['account', 'show', '--output', 'none'],
    login: 'az login',
    install: 'Azure CLI: https://learn.microsoft.com/cli/azure/install-azure-cli',
    token: {program: 'kubelogin', install: 'az aks install-cli        installs kubelogin'},
  },
  gke: {
    program: 'gcloud',
    // Those that Terraform takes; what it prints is a token, and is read by nobody.
    whoArgs: ['auth', 'application-default', 'print-access-token', '--quiet'],
    login: 'gcloud auth application-default login',
    install: 'Google Cloud CLI: https://cloud.google.com/sdk/docs/install',
    token: {
      program: 'gke-gcloud-auth-plugin',
      install: 'gcloud components install gke-gcloud-auth-plugin',
    },
  },
}
