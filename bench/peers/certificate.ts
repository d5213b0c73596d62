import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The tests' own certificate for 127.0.0.1, with a key on the curve P-256, as every peer uses it. */
export const CERTIFICATE = {
  cert: fileURLToPath(new URL('../../test/upstream/tls/server-at-address.pem', import.meta.url)),
  key: fileURLToPath(new URL('../../test/upstream/tls/server-at-address-key.pem', import.meta.url)),
} as const;

/** Copies both into the folder, readable for a worker that runs as another user. */
export function copyCertificate(folder: string): { readonly cert: string; readonly key: string } {
  const copied = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  writeFileSync(copied.cert, readFileSync(CERTIFICATE.cert));
  writeFileSync(copied.key, readFileSync(CERTIFICATE.key));
  return copied;
}

/** Writes certificate and key into one file, as HAProxy reads them. */
export function joinedCertificate(folder: string): string {
  const file = join(folder, 'both.pem');
  writeFileSync(
    file,
    readFileSync(CERTIFICATE.cert, 'utf8') + readFileSync(CERTIFICATE.key, 'utf8'),
  );
  return file;
}
