import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';

/** A certificate and its private key, as PEM texts. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** What keeps a pair from being used, and which of the two it is. */
export interface PairFault {
  readonly part: 'cert' | 'key';
  /** The phrase after "expected". */
  readonly expected: string;
}

/** Undefined where a file could not be read, which is reported by whoever tried. */
type Texts = { readonly [Part in keyof KeyPair]: string | undefined };

/** Whether a certificate and a key can be read, and belong together. */
export function faultsIn({ cert, key }: Texts): readonly PairFault[] {
  const certificate = cert === undefined ? undefined : made(() => new X509Certificate(cert));
  const secret = key === undefined ? undefined : made(() => createPrivateKey(key));
  const faults: PairFault[] = [];
  if (cert !== undefined && certificate === undefined)
    faults.push({ part: 'cert', expected: 'a certificate in PEM form' });
  if (key !== undefined && secret === undefined)
    faults.push({ part: 'key', expected: 'a private key in PEM form, not encrypted' });
  if (certificate === undefined || secret === undefined) return faults;
  if (!certificate.checkPrivateKey(secret))
    faults.push({ part: 'key', expected: 'the private key of the certificate' });
  else if (made(() => createSecureContext({ cert, key })) === undefined)
    faults.push({ part: 'cert', expected: 'a certificate whose key TLS takes for strong enough' });
  return faults;
}

/** What `make` returns; undefined where it throws. */
export function made<Value>(make: () => Value): Value | undefined {
  try {
    return make();
  } catch {
    return undefined; // Node says no by throwing; its words (ASN.1, OpenSSL) help nobody here.
  }
}
