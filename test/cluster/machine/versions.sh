# shellcheck shell=bash disable=SC2034
# What the registries would give, each version once. Those of one block go together: they are what Minikube 1.38.1 asks for,
# except where a reason stands.
MINIKUBE=v1.38.1
# Its default; any other is not in its cache, and it would look for it in vain.
KUBERNETES=v1.35.1
# Its node image, by the tag it falls back to when the digest is not to be found.
NODE_IMAGE=gcr.io/k8s-minikube/kicbase:v0.0.50
ETCD=v3.6.6
ETCD_IMAGE=registry.k8s.io/etcd:3.6.6-0
COREDNS=v1.13.1
PAUSE_IMAGE=registry.k8s.io/pause:3.10.1
PROVISIONER_IMAGE=gcr.io/k8s-minikube/storage-provisioner:v5
CNI=v1.9.0
# The newest that the Go module proxy has under the name that its own go.mod declares.
CRI_DOCKERD=v0.3.17
CRI_TOOLS=v1.30.0

HELM=v3.20.2
# As cli/toolchain/program-table.ts has it, with its reason; the module that replaces a refused one, too.
DAPR=v1.18.3
DURABLETASK=v0.12.2-0.20260720132056-79042da5fe61

# Images that charts name; the programs in them are those of package-lock.json and of the toolchain.
NODE_RUNTIME_IMAGE=node:24-bookworm-slim
POSTGRESQL_IMAGE=postgres:18
KAFKA=4.4.0
KAFKA_LOG4J=2.25.5
DEBIAN=bookworm
# The newest whose module has all of its sources; later ones are many modules, without versions. Its API is that of later ones.
EXTERNAL_SECRETS=v0.20.4
