/** How an upstream's endpoints are found. */
export type Discovery =
  | { readonly kind: 'static'; readonly urls: readonly string[] }
  | {
      readonly kind: 'dns';
      readonly name: string;
      /** null: the name lists SRV records, which say the port of each endpoint. */
      readonly port: number | null;
      readonly scheme: 'http' | 'https';
      readonly everyMs: number;
      /** `host:port` of the name servers to ask; empty: the system's. */
      readonly servers: readonly string[];
    }
  | {
      readonly kind: 'swarm';
      /** The whole name of the service: `demo_app`. */
      readonly service: string;
      readonly port: number;
      readonly scheme: 'http' | 'https';
      /** How often the tasks are listed where no event tells of a change. */
      readonly everyMs: number;
      readonly engine: EngineAddress;
      /** The network on which the tasks are reached; null: the first that they are attached to. */
      readonly network: string | null;
    };

/** Where the API of a Docker Engine is asked. */
export type EngineAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** How TLS to endpoints is spoken. PEM texts, read from the files that the settings name. */
export interface UpstreamTls {
  /** The authorities that are believed; null: those that the runtime brings. */
  readonly ca: string | null;
  /** The name that the certificate has to hold; null: the endpoint's host. */
  readonly serverName: string | null;
  readonly client: { readonly cert: string; readonly key: string } | null;
}

/**
 * How much evidence moves a verdict, sets an endpoint aside, and how fast an upstream that returns is
 * trusted. Has the members of `Thresholds` in `outage/`, which says what each of those is.
 */
export interface DetectionSettings {
  readonly confirmMs: number;
  readonly settleMs: number;
  readonly failedRounds: number;
  readonly windowMs: number;
  readonly windowRequests: number;
  readonly failingShare: number;
  readonly failedRow: number;
  readonly trafficMs: number;
  readonly quietMs: number;
  readonly silenceMs: number;
  readonly connectTrustMs: number;
  readonly streakSuccesses: number;
  readonly streakMs: number;
  readonly mostStreakMs: number;
  readonly relapseShare: number;
  readonly flapMs: number;
  /** From one round of probes to the next while the upstream is in trouble. */
  readonly probeMs: number;
  /** From one trial to the next while the upstream is down. */
  readonly trialMs: number;
  readonly setAside: {
    /** Attempts in a row that fail on open connections. */
    readonly failures: number;
    /** Probes in a row that reach the endpoint and fail. */
    readonly failedProbes: number;
    /** Of this many attempts within the window at least, this share fails. */
    readonly requests: number;
    readonly share: number;
    /** How long it stays aside at first; doubles each time, up to `mostMs`. */
    readonly firstMs: number;
    readonly mostMs: number;
  };
  /** How long an endpoint that returns takes to get its full share of the requests. */
  readonly slowStartMs: number;
  /** How long an upstream that returns takes until requests are no longer bounded in number. */
  readonly reopenMs: number;
  /** Retries, as a share of the requests of the window. */
  readonly retryShare: number;
  /** Retries that an upstream which is not in trouble may make beyond that share. */
  readonly retryReserve: number;
}

/** How endpoints are asked whether they serve. */
export interface ProbeSettings {
  /** null: a TCP connect is the probe, or the standard gRPC health check. */
  readonly path: string | null;
  readonly grpc: boolean;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly statuses: readonly number[];
}

/** The settings of one upstream, as the program uses them. */
export interface UpstreamSettings {
  readonly name: string;
  readonly discovery: Discovery;
  /** What endpoints speak; `http2` by prior knowledge over TCP, by ALPN over TLS. */
  readonly protocol: 'http1' | 'http2';
  readonly component: string | null;
  readonly probe: ProbeSettings;
  readonly timeouts: {
    readonly connectMs: number;
    readonly responseMs: number;
    readonly idleMs: number;
  };
  readonly outageStatuses: readonly number[];
  readonly holdMs: number;
  /** null: as the runtime does by itself, where an endpoint's scheme is https. */
  readonly tls: UpstreamTls | null;
  readonly detection: DetectionSettings;
}
