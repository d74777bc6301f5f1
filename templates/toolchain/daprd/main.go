// The Dapr sidecar with the components that todo5 uses on a host, and no others.
//
// Upstream's cmd/daprd takes its components from one package that is all or nothing: a build needs the modules of every
// broker and cloud that Dapr knows, some of which are forks that a module proxy may refuse. The runtime itself
// (pkg/runtime) is upstream's, unchanged; components.go says what is registered.
package main

import (
	"context"
	"fmt"
	"os"

	"go.opencensus.io/stats/view"

	"github.com/dapr/dapr/cmd/daprd/options"
	"github.com/dapr/dapr/pkg/buildinfo"
	"github.com/dapr/dapr/pkg/healthz"
	"github.com/dapr/dapr/pkg/metrics"
	"github.com/dapr/dapr/pkg/modes"
	"github.com/dapr/dapr/pkg/runtime"
	"github.com/dapr/dapr/pkg/security"
	"github.com/dapr/kit/concurrency"
	"github.com/dapr/kit/logger"
	"github.com/dapr/kit/signals"
)

var log = logger.NewLogger("dapr.runtime")

func main() {
	given, err := options.New(os.Args[1:])
	if err != nil {
		log.Fatalf("The flags cannot be read: %v", err)
	}
	switch {
	case given.RuntimeVersion:
		fmt.Println(buildinfo.Version())
	case given.BuildInfo:
		fmt.Printf("Version: %s\nComponents: todo5\n", buildinfo.Version())
	case given.WaitCommand:
		runtime.WaitUntilDaprOutboundReady(given.DaprHTTPPort)
	default:
		given.Logger.SetAppID(given.AppID)
		if err := logger.ApplyOptionsToLoggers(&given.Logger); err != nil {
			log.Fatal(err)
		}
		log.Infof("Dapr %s with the components of todo5", buildinfo.Version())
		if err := serve(signals.Context(), given); err != nil {
			log.Fatalf("The runtime failed: %v", err)
		}
		log.Info("The sidecar has stopped")
	}
}

// serve runs the sidecar until ctx ends. The certificates are kept fresh beside it.
func serve(ctx context.Context, given *options.Options) error {
	health := healthz.New()
	identity, err := security.New(ctx, security.Options{
		AppID:                   given.AppID,
		Mode:                    modes.DaprMode(given.Mode),
		MTLSEnabled:             given.EnableMTLS,
		SentryAddress:           given.SentryAddress,
		TrustAnchors:            given.TrustAnchors,
		ControlPlaneTrustDomain: given.ControlPlaneTrustDomain,
		ControlPlaneNamespace:   given.ControlPlaneNamespace,
		JwtAudiences:            given.SentryRequestJwtAudiences,
		Healthz:                 health,
	})
	if err != nil {
		return err
	}
	sidecar := func(ctx context.Context) error {
		handler, err := identity.Handler(ctx)
		if err != nil {
			return err
		}
		config := configOf(given, health)
		config.Security = handler
		config.Registry = todo5Components()
		daprd, err := runtime.FromConfig(ctx, config)
		if err != nil {
			return err
		}
		return daprd.Run(ctx)
	}
	return concurrency.NewRunnerManager(identity.Run, sidecar).Run(ctx)
}

// configOf hands every flag on; one that is forgotten here would be accepted and ignored.
func configOf(given *options.Options, health healthz.Healthz) *runtime.Config {
	return &runtime.Config{
		AppID:          given.AppID,
		Mode:           given.Mode,
		Config:         given.Config,
		ResourcesPath:  given.ResourcesPath,
		ComponentsPath: given.ComponentsPath,
		Healthz:        health,

		// the application
		AppProtocol:              given.AppProtocol,
		AppSSL:                   given.AppSSL,
		ApplicationPort:          given.AppPort,
		AppChannelAddress:        given.AppChannelAddress,
		AppMaxConcurrency:        given.AppMaxConcurrency,
		AppBindingOptionsTimeout: given.AppBindingOptionsTimeout,
		EnableAppHealthCheck:     given.EnableAppHealthCheck,
		AppHealthCheckPath:       given.AppHealthCheckPath,
		AppHealthProbeInterval:   given.AppHealthProbeInterval,
		AppHealthProbeTimeout:    given.AppHealthProbeTimeout,
		AppHealthThreshold:       given.AppHealthThreshold,

		// where the sidecar listens
		DaprHTTPPort:                  given.DaprHTTPPort,
		DaprAPIGRPCPort:               given.DaprAPIGRPCPort,
		DaprAPIListenAddresses:        given.DaprAPIListenAddresses,
		DaprInternalGRPCPort:          given.DaprInternalGRPCPort,
		DaprInternalGRPCListenAddress: given.DaprInternalGRPCListenAddress,
		DaprPublicPort:                given.DaprPublicPort,
		DaprPublicListenAddress:       given.DaprPublicListenAddress,
		UnixDomainSocket:              given.UnixDomainSocket,
		ProfilePort:                   given.ProfilePort,
		EnableProfiling:               given.EnableProfiling,
		AllowedOrigins:                given.AllowedOrigins,
		MaxRequestSize:                given.MaxRequestSize,
		ReadBufferSize:                given.ReadBufferSize,
		EnableAPILogging:              given.EnableAPILogging,
		Metrics: metrics.Options{
			Log:           log,
			Enabled:       given.Metrics.Enabled(),
			Port:          given.Metrics.Port(),
			ListenAddress: given.Metrics.ListenAddress(),
			Namespace:     metrics.DefaultMetricNamespace,
			Meter:         view.NewMeter(),
			Healthz:       health,
		},

		// the control plane
		ControlPlaneAddress:        given.ControlPlaneAddress,
		SentryAddress:              given.SentryAddress,
		EnableMTLS:                 given.EnableMTLS,
		SchedulerAddress:           given.SchedulerAddress,
		SchedulerStreams:           given.SchedulerJobStreams,
		ActorsService:              given.ActorsService,
		ActorsDisseminationTimeout: given.ActorsDisseminationTimeout,
		RemindersService:           given.RemindersService,

		// starting and stopping
		HotReloadReconcileInterval:   given.HotReloadReconcileInterval,
		DisableInitEndpoints:         given.DisableInitEndpoints,
		DisableBuiltinK8sSecretStore: given.DisableBuiltinK8sSecretStore,
		DaprGracefulShutdownSeconds:  given.DaprGracefulShutdownSeconds,
		DaprBlockShutdownDuration:    given.DaprBlockShutdownDuration,
	}
}
