/**
 * The settings as the program uses them: whole, read-only, every default filled in. `schema.ts`
 * makes these shapes, and its functions are declared to, so that the compiler proves it.
 */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export interface Address {
  readonly host: string;
  readonly port: number;
}
export interface Listener extends Address {
  /** PEM texts, read from the files that the settings name. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}
export interface OpsSettings extends Address {
  readonly token: string | null;
}
export interface BrandSettings {
  readonly name: string;
  /** SVG text, read from the file that the settings name. */
  readonly logo: string | null;
  /** `mailto:`, `https:` or `tel:` address. */
  readonly support: string | null;
  /** Absolute path of the folder with the operator's own templates. */
  readonly templates: string | null;
  /** IANA name; default America/Chicago. */
  readonly timeZone: string;
}
export interface StatusPageSettings {
  readonly url: string;
  readonly format: 'statuspage';
  readonly pollMs: number;
}
export type Discovery =
  | { readonly kind: 'static'; readonly urls: readonly string[] }
  | {
      readonly kind: 'dns';
      readonly name: string;
      readonly port: number;
      readonly scheme: 'http' | 'https';
      readonly everyMs: number;
      /** `host:port` of the name servers to ask; empty: the system's. */
      readonly servers: readonly string[];
    };
export interface ProbeSettings {
  /** null: a TCP connect is the probe. */
  readonly path: string | null;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly statuses: readonly number[];
}
export interface UpstreamSettings {
  readonly name: string;
  readonly discovery: Discovery;
  readonly component: string | null;
  readonly probe: ProbeSettings;
  readonly timeouts: {
    readonly connectMs: number;
    readonly responseMs: number;
    readonly idleMs: number;
  };
  readonly outageStatuses: readonly number[];
  readonly holdMs: number;
}
export type RouteKind = 'graphql' | 'webhook' | 'pixel' | 'healthcheck';
export interface RouteSettings {
  /** Lower case, without port; `*.example.com` matches one or more labels; null matches every host. */
  readonly host: string | null;
  /** A prefix of the path; null matches every path. */
  readonly path: string | null;
  /** Upper case; null matches every method. */
  readonly methods: readonly string[] | null;
  readonly upstream: string;
  /** Names of rules in `Settings.misleading`. */
  readonly misleading: readonly string[];
  /** Name of an envelope in `Settings.errors`, or null. */
  readonly errors: string | null;
  /** Origins whose preflight is answered 204 during an outage. */
  readonly cors: readonly string[];
  readonly payment: boolean;
  readonly idempotencyKey: boolean;
  readonly kind: RouteKind | null;
  readonly answers: 'all' | 'own-failures-only';
}
export interface MisleadingRule {
  readonly name: string;
  readonly statuses: readonly number[];
  /** The sentence to look for in the body, or null. */
  readonly body: string | null;
  /** A `Location` that means the same; `*` stands for any characters. */
  readonly redirect: string | null;
  readonly dependsOn: readonly string[];
  readonly holdBack: readonly string[];
}
export interface Limits {
  readonly headerBytes: number;
  readonly connections: number;
  readonly inspectBytes: number;
  /** How long a client may take to send a whole request head. */
  readonly headTimeoutMs: number;
  /** How long a kept-alive client connection may be idle. */
  readonly keepAliveMs: number;
  /** How many requests of one upstream may wait at once while it is `suspect`. */
  readonly held: number;
  /** How long running requests have to end after SIGTERM. */
  readonly drainMs: number;
}
/** The settings: plain, whole, read-only; every default filled in. */
export interface Settings {
  readonly listen: readonly Listener[];
  readonly ops: OpsSettings;
  /** CIDR blocks whose X-Forwarded-* and X-Request-Id are believed. */
  readonly trustedProxies: readonly string[];
  /** Starts and ends with `/`. */
  readonly publicPrefix: string;
  /** null: the neutral brand of UX.md section 3. */
  readonly brand: BrandSettings | null;
  readonly statusPage: StatusPageSettings | null;
  readonly upstreams: Readonly<Record<string, UpstreamSettings>>;
  readonly routes: readonly RouteSettings[];
  readonly misleading: Readonly<Record<string, MisleadingRule>>;
  readonly errors: Readonly<Record<string, JsonValue>>;
  readonly limits: Limits;
  /** Absolute path of the SQLite file, or `memory`. */
  readonly store: string;
}
