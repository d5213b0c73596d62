import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { reasonOf } from '../config/files.ts';
import { faultsIn, type KeyPair } from '../config/key-pair.ts';
import type { ListenerCertificate } from '../config/settings.ts';
import type { Log } from '../log.ts';

const LOOK_MS = 500;
const DAY_MS = 86_400_000;
/** Let's Encrypt's certificates are renewed 30 days before their end: half of that is late. */
const SOON_MS = 14 * DAY_MS;

/** A certificate that is in use. */
export interface CertificateView {
  readonly file: string;
  readonly expiresAt: number;
}

/** What certificates need of their listener. */
export interface CertificatesDeps {
  readonly log: Log;
  /** Called when the first certificate is another one: new connections without a known name are to get it. */
  readonly onFirst: (context: SecureContextOptions) => void;
  readonly now?: () => number;
}

/** One pair in use, and what its files were like when they were read. */
interface InUse {
  readonly files: Pick<ListenerCertificate, 'certFile' | 'keyFile'>;
  pair: KeyPair;
  certificate: X509Certificate;
  context: SecureContext;
  /** Of the files that `pair` came from, or that were refused; null before they were looked at. */
  known: string | null;
  /** Of files that differ from them, until they have been the same for a while. */
  seen: string | null;
  warnedAt: number;
}

/**
 * The certificates of one listener: which one a client gets, and those that their files hold later.
 *
 * Files are looked at twice a second, by their state rather than by events of the file system, which miss
 * renamed folders and the symbolic links that Kubernetes changes. New files are taken over for the next
 * handshakes; connections that are open go on as they are. Where they are broken the old ones stay.
 */
export class Certificates implements Disposable {
  readonly #deps: CertificatesDeps;
  #all: readonly InUse[];
  #names: ReadonlyMap<string, SecureContext> = new Map();
  #isLooking = false;
  readonly #timer: NodeJS.Timeout;

  constructor(given: readonly ListenerCertificate[], deps: CertificatesDeps) {
    this.#deps = deps;
    this.#all = given.map(inUse);
    this.#index();
    this.#timer = setInterval(() => void this.look(), LOOK_MS).unref(); // `look` never rejects.
  }

  /** What the listener begins with. */
  get first(): SecureContextOptions {
    return contextOptions(this.#all[0]?.pair);
  }

  get views(): readonly CertificateView[] {
    return this.#all.map(({ files, certificate }) => ({
      file: files.certFile,
      expiresAt: Date.parse(certificate.validTo),
    }));
  }

  /** The certificate for a name that a client asks for (RFC 6066, section 3); null for that of all others. */
  contextFor(name: string): SecureContext | null {
    const asked = name.toLowerCase();
    const exact = this.#names.get(asked);
    return exact ?? this.#names.get(`*${asked.slice(Math.max(0, asked.indexOf('.')))}`) ?? null;
  }

  /** Takes over the certificates of other settings. */
  take(given: readonly ListenerCertificate[]): void {
    const running = this.#all.map(({ files, pair }) => ({ ...files, ...pair }));
    if (isDeepStrictEqual(running, given)) return;
    this.#all = given.map(inUse);
    this.#index();
    this.#deps.onFirst(this.first);
  }

  /** Looks at the files, and at how long the certificates last. Never rejects. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#lookAtAll();
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookAtAll(): Promise<void> {
    for (const one of this.#all) {
      this.#warnOfEnd(one);
      const state = await stateOf(one.files);
      const isSettled = state === one.seen;
      // Two files are seldom written at once: they are read when they have not changed for a while.
      one.seen = state;
      if (state === one.known || !isSettled) continue;
      one.known = state;
      await this.#renew(one);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #renew(one: InUse): Promise<void> {
    const { log } = this.#deps;
    const read = await readPair(one.files);
    if ('found' in read) {
      log.error({ ...filesOf(one), ...read }, 'certificate refused, the running one stays');
      return;
    }
    if (isDeepStrictEqual(read, one.pair)) return;
    Object.assign(one, partsOf(read), { warnedAt: Number.NEGATIVE_INFINITY });
    this.#index();
    if (one === this.#all[0]) this.#deps.onFirst(this.first);
    log.info({ ...filesOf(one), ...factsOf(one.certificate) }, 'certificate reloaded');
    this.#warnOfEnd(one);
  }

  #index(): void {
    const names = new Map<string, SecureContext>();
    for (const { certificate, context } of this.#all) {
      for (const name of namesOf(certificate)) if (!names.has(name)) names.set(name, context);
    }
    this.#names = names;
  }

  #warnOfEnd(one: InUse): void {
    const now = this.#deps.now?.() ?? Date.now();
    const leftMs = Date.parse(one.certificate.validTo) - now;
    if (leftMs > SOON_MS || now - one.warnedAt < DAY_MS) return;
    one.warnedAt = now;
    const days = Math.floor(leftMs / DAY_MS);
    const fields = { ...filesOf(one), ...factsOf(one.certificate), days };
    if (leftMs > 0) this.#deps.log.warn(fields, 'certificate expires soon');
    else this.#deps.log.error(fields, 'certificate has expired');
  }
}

function inUse({ certFile, keyFile, cert, key }: ListenerCertificate): InUse {
  return {
    files: { certFile, keyFile },
    ...partsOf({ cert, key }),
    known: null,
    seen: null,
    warnedAt: Number.NEGATIVE_INFINITY,
  };
}

function partsOf(pair: KeyPair): Pick<InUse, 'pair' | 'certificate' | 'context'> {
  const context = createSecureContext(contextOptions(pair));
  return { pair, certificate: new X509Certificate(pair.cert), context };
}

/** TLS 1.2 and 1.3, with the runtime's ciphers: they keep CBC suites at 1.2 for old clients, behind all others. */
function contextOptions(pair: KeyPair | undefined): SecureContextOptions {
  return { ...pair, minVersion: 'TLSv1.2', honorCipherOrder: true };
}

/** Lower case; `*.example.com` stands for one label in front. Without any the common name, as of old. */
function namesOf({ subjectAltName, subject }: X509Certificate): readonly string[] {
  const alternatives = subjectAltName?.matchAll(/(?:^|, )DNS:([^,"]+)/g) ?? [];
  const names = [...alternatives].map(([, name = '']) => name);
  const common = /(?:^|\n)CN=([^\n]+)/.exec(subject ?? '')?.[1];
  return (names.length > 0 || common === undefined ? names : [common]).map((name) =>
    name.toLowerCase(),
  );
}

function filesOf({ files: { certFile, keyFile } }: InUse) {
  return { cert_file: certFile, key_file: keyFile };
}

function factsOf(certificate: X509Certificate) {
  const expiresAt = new Date(certificate.validTo).toISOString();
  return { names: namesOf(certificate), expires_at: expiresAt };
}

/** Tells whether files are still the same ones; links are followed. */
async function stateOf({ certFile, keyFile }: InUse['files']): Promise<string> {
  const states = await Promise.all(
    [certFile, keyFile].map(async (file) => {
      const found = await stat(file).catch((error: unknown) => reasonOf(error));
      if (typeof found === 'string') return found;
      return `${found.dev} ${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
    }),
  );
  return states.join('; ');
}

async function readPair({
  certFile,
  keyFile,
}: InUse['files']): Promise<KeyPair | { readonly found: string; readonly expected: string }> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    const [fault] = faultsIn({ cert, key });
    if (fault === undefined) return { cert, key };
    return { found: fault.part === 'cert' ? certFile : keyFile, expected: fault.expected };
  } catch (error) {
    return { found: reasonOf(error), expected: 'files that can be read' };
  }
}
