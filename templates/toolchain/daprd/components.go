package main

import (
	"github.com/dapr/components-contrib/nameresolution/nameformat"
	"github.com/dapr/components-contrib/nameresolution/sqlite"
	pubsubmemory "github.com/dapr/components-contrib/pubsub/in-memory"
	"github.com/dapr/components-contrib/pubsub/kafka"
	"github.com/dapr/components-contrib/secretstores/local/env"
	"github.com/dapr/components-contrib/secretstores/local/file"
	statememory "github.com/dapr/components-contrib/state/in-memory"
	postgresqlv1 "github.com/dapr/components-contrib/state/postgresql/v1"
	postgresqlv2 "github.com/dapr/components-contrib/state/postgresql/v2"

	"github.com/dapr/dapr/pkg/components"
	"github.com/dapr/dapr/pkg/components/bindings"
	"github.com/dapr/dapr/pkg/components/configuration"
	"github.com/dapr/dapr/pkg/components/conversation"
	"github.com/dapr/dapr/pkg/components/crypto"
	"github.com/dapr/dapr/pkg/components/lock"
	"github.com/dapr/dapr/pkg/components/middleware/http"
	"github.com/dapr/dapr/pkg/components/nameresolution"
	"github.com/dapr/dapr/pkg/components/pubsub"
	"github.com/dapr/dapr/pkg/components/secretstores"
	"github.com/dapr/dapr/pkg/components/state"
	"github.com/dapr/dapr/pkg/runtime/registry"
	"github.com/dapr/kit/logger"
)

// todo5Components registers what the files in dapr/components name on a host. There is no mdns, Dapr's own choice of a
// name resolver, because it answers on every network of the machine. A building block without components stays empty.
func todo5Components() *registry.Options {
	contrib := logger.NewLogger("dapr.contrib")

	pubsub.DefaultRegistry.Logger = contrib
	pubsub.DefaultRegistry.RegisterComponent(kafka.NewKafka, "kafka")
	pubsub.DefaultRegistry.RegisterComponent(pubsubmemory.New, "in-memory")

	state.DefaultRegistry.Logger = contrib
	state.DefaultRegistry.RegisterComponent(statememory.NewInMemoryStateStore, "in-memory")
	// As upstream: what says no version gets v1.
	state.DefaultRegistry.RegisterComponentWithVersions("postgresql", components.Versioning{
		Default:   "v1",
		Preferred: components.VersionConstructor{Version: "v2", Constructor: postgresqlv2.NewPostgreSQLStateStore},
		Others: []components.VersionConstructor{
			{Version: "v1", Constructor: postgresqlv1.NewPostgreSQLStateStore},
		},
	})

	secretstores.DefaultRegistry.Logger = contrib
	secretstores.DefaultRegistry.RegisterComponent(file.NewLocalSecretStore, "local.file")
	secretstores.DefaultRegistry.RegisterComponent(env.NewEnvSecretStore, "local.env")

	nameresolution.DefaultRegistry.Logger = contrib
	nameresolution.DefaultRegistry.RegisterComponent(sqlite.NewResolver, "sqlite")
	nameresolution.DefaultRegistry.RegisterComponent(nameformat.NewResolver, "nameformat")

	return registry.NewOptions().
		WithPubSubs(pubsub.DefaultRegistry).
		WithStateStores(state.DefaultRegistry).
		WithSecretStores(secretstores.DefaultRegistry).
		WithNameResolutions(nameresolution.DefaultRegistry).
		WithBindings(bindings.DefaultRegistry).
		WithConfigurations(configuration.DefaultRegistry).
		WithConversations(conversation.DefaultRegistry).
		WithCryptoProviders(crypto.DefaultRegistry).
		WithHTTPMiddlewares(http.DefaultRegistry).
		WithLocks(lock.DefaultRegistry)
}
