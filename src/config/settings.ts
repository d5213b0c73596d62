import type { BrandColors } from './palette.ts';
import type { UpstreamSettings } from './upstream-settings.ts';

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
  /** The first is that of clients that ask for no name, or for one that none of them has; null: no TLS. */
  readonly tls: readonly ListenerCertificate[] | null;
  /** Whether clients may speak HTTP/2. */
  readonly http2: boolean;
}
/** PEM texts, and the absolute paths of the files that they were read from. */
export interface ListenerCertificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}
export interface OpsSettings extends Address {
  readonly token: string | null;
}
export interface BrandSettings {
  /** Patterns like a route's `host`; null: every host. */
  readonly hosts: readonly string[] | null;
  readonly name: string;
  /** SVG text, read from the file that the settings name. */
  readonly logo: string | null;
  /** `mailto:`, `https:` or `tel:` address. */
  readonly support: string | null;
  /** Absolute path of the folder with the operator's own templates. */
  readonly templates: string | null;
  /** IANA name; default America/Chicago. */
  readonly timeZone: string;
  /** As they were chosen; `paletteOf` tells what pages make of them. */
  readonly colors: BrandColors;
}
export interface StatusPageSettings {
  readonly url: string;
  /** A hint at where the document is; the document itself is read by its shape. */
  readonly format:
    | 'auto'
    | 'statuspage'
    | 'incident-io'
    | 'instatus'
    | 'better-stack'
    | 'uptime-kuma'
    | 'feed';
  readonly pollMs: number;
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
  /** The longest body of a request; null: as `limits.bodyBytes`. */
  readonly bodyBytes: number | null;
}
export interface MisleadingRule {
  readonly name: string;
  readonly statuses: readonly number[];
  /** The sentence to look for in the body, or null. */
  readonly body: string | null;
  /** Members of a JSON body that mean the same: dotted paths, and the value that each has to have. */
  readonly json: Readonly<Record<string, string | number | boolean | null>> | null;
  /** A `Location` that means the same; `*` stands for any characters. */
  readonly redirect: string | null;
  readonly dependsOn: readonly string[];
  readonly holdBack: readonly string[];
}
export interface Limits {
  readonly headerBytes: number;
  /** The longest path with its query. */
  readonly targetBytes: number;
  /** The longest body of a request; null: any length. */
  readonly bodyBytes: number | null;
  /** Bytes a second that the body of a request has to bring; 0: any. */
  readonly bodyRate: number;
  /** Over how long that is measured. */
  readonly bodyTimeoutMs: number;
  /** How long a client may read nothing of what it is sent. */
  readonly sendTimeoutMs: number;
  readonly connections: number;
  /** How many of them one address may have; null: all. */
  readonly connectionsPerAddress: number | null;
  /** Upgraded connections that may be open at once. */
  readonly tunnels: number;
  /** How long nothing may pass through one. */
  readonly tunnelIdleMs: number;
  /** Streams of an HTTP/2 connection that its client may reset at once. */
  readonly streamResets: number;
  /** Requests under way at once on one HTTP/2 connection. */
  readonly streams: number;
  readonly inspectBytes: number;
  /** How long a client may take to send a whole request head. */
  readonly headTimeoutMs: number;
  /** How long a kept-alive client connection may be idle. */
  readonly keepAliveMs: number;
  /** How many requests of one upstream may wait at once while it is `suspect`. */
  readonly held: number;
  /** How many bytes those may hold in memory together. */
  readonly heldBytes: number;
  /** How many streams of `/_candor/events` may be open at once. */
  readonly eventStreams: number;
  /** How long running requests have to end after SIGTERM. */
  readonly drainMs: number;
}
/** What is told of an incident: that it began, that more is known of it, that it is over. */
export type NoticeEvent = 'opened' | 'updated' | 'resolved';
interface NotifyTargetBase {
  readonly name: string;
  /** Absolute, http or https; it may hold a secret, so it is neither logged nor shown. */
  readonly url: string;
  readonly events: readonly NoticeEvent[];
  /** How often an incident that goes on is told again; null: it is not. */
  readonly everyMs: number | null;
  /** Whose incidents are told; null: those of all upstreams. */
  readonly upstreams: readonly string[] | null;
}
/** Somebody who is told of incidents, in the form that they read. */
export type NotifyTarget =
  | (NotifyTargetBase & { readonly kind: 'webhook'; readonly secret: string })
  | (NotifyTargetBase & { readonly kind: 'slack' })
  | (NotifyTargetBase & { readonly kind: 'pagerduty'; readonly routingKey: string })
  | (NotifyTargetBase & {
      readonly kind: 'statuspage';
      readonly apiKey: string;
      readonly page: string;
      /** The page's id of each upstream's component. */
      readonly components: Readonly<Record<string, string>>;
      readonly incident: 'none' | 'draft' | 'published';
    });
/** How much the store keeps. */
export interface RetentionSettings {
  readonly days: number;
  readonly bytes: number;
}
/** The settings: plain, whole, read-only; every default filled in. */
export interface Settings {
  readonly listen: readonly Listener[];
  readonly ops: OpsSettings;
  /** CIDR blocks whose X-Forwarded-* and X-Request-Id are believed. */
  readonly trustedProxies: readonly string[];
  /** Starts and ends with `/`. */
  readonly publicPrefix: string;
  /** Speaks where none of `brands` does; null: the neutral brand of UX.md section 3. */
  readonly brand: BrandSettings | null;
  /** Brands that name their hosts; the first whose hosts match speaks. */
  readonly brands: readonly BrandSettings[];
  readonly statusPage: StatusPageSettings | null;
  readonly upstreams: Readonly<Record<string, UpstreamSettings>>;
  readonly routes: readonly RouteSettings[];
  readonly misleading: Readonly<Record<string, MisleadingRule>>;
  readonly errors: Readonly<Record<string, JsonValue>>;
  readonly limits: Limits;
  /** Names are unique. */
  readonly notify: readonly NotifyTarget[];
  /** Absolute path of the SQLite file, or `memory`. */
  readonly store: string;
  readonly retention: RetentionSettings;
}
