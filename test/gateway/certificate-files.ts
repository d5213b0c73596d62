import { copyFile, mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The path of a file in `test/gateway/tls/`. */
function tlsFile(name: string): string {
  return fileURLToPath(new URL(`tls/${name}.pem`, import.meta.url));
}

/** A pair of those files as settings name it. */
export function pairOf(name: string): { readonly cert: string; readonly key: string } {
  return { cert: tlsFile(name), key: tlsFile(`${name}-key`) };
}

/** What a handshake came to. */
export interface Handshake {
  /** The common name of the certificate that the listener showed. */
  readonly certificate: string;
  readonly protocol: string | null;
  readonly alpn: string | false | null;
  readonly cipher: string;
}

/** One handshake with `https://HOST:PORT`; rejects where there is none. */
export async function shakeHands(url: string, options: ConnectionOptions = {}): Promise<Handshake> {
  const socket = await connectTls(url, options);
  const handshake = {
    certificate: String(socket.getPeerCertificate().subject.CN),
    protocol: socket.getProtocol(),
    alpn: socket.alpnProtocol,
    cipher: socket.getCipher().standardName,
  };
  socket.destroy();
  return handshake;
}

function connectTls(url: string, options: ConnectionOptions): Promise<TLSSocket> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const socket = connect({
    host: hostname,
    port: Number(port),
    rejectUnauthorized: false,
    ...options,
  });
  socket.once('secureConnect', () => resolve(socket)).once('error', reject);
  onTestFinished(() => void socket.destroy());
  return promise;
}

/** A certificate in files of its own that can be replaced while a listener uses them. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
  /** Puts another pair in their place, as an ACME client does: each file by a rename. */
  replace(cert: string, key?: string): Promise<void>;
}

/** Files that begin as the pair of that name; removed when the running test is over. */
export async function certificateFiles(name: string): Promise<CertificateFiles> {
  return certificateFilesIn(await temporaryFolder(), name);
}

/** The same in a folder that somebody else removes. */
export async function certificateFilesIn(folder: string, name: string): Promise<CertificateFiles> {
  const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const put = async (from: string, to: string) => {
    await copyFile(tlsFile(from), `${to}.new`);
    await rename(`${to}.new`, to);
  };
  const replace = async (newCert: string, newKey = `${newCert}-key`) => {
    await put(newCert, cert);
    await put(newKey, key);
  };
  await replace(name);
  return { cert, key, replace };
}

/** As Kubernetes mounts a secret: the files are links into a folder that is a link itself, and is swapped. */
export async function mountedSecret(name: string): Promise<CertificateFiles> {
  const folder = await temporaryFolder();
  let version = 0;
  const replace = async (newCert: string, newKey = `${newCert}-key`) => {
    version += 1;
    const own = join(folder, `..${version}`);
    await mkdir(own);
    await copyFile(tlsFile(newCert), join(own, 'tls.crt'));
    await copyFile(tlsFile(newKey), join(own, 'tls.key'));
    await symlink(`..${version}`, join(folder, '..data.new'));
    await rename(join(folder, '..data.new'), join(folder, '..data'));
  };
  await replace(name);
  for (const file of ['tls.crt', 'tls.key']) await symlink(`..data/${file}`, join(folder, file));
  return { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key'), replace };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-tls-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}
