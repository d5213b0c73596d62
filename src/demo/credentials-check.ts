import { request } from 'node:http';

/** What a form says who signs in. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

const TIMEOUT_MS = 1000;

/**
 * Asks the application whether credentials are correct: a session if they are, else null.
 *
 * This is the fault of the incident, and it stands here on purpose. Wrong credentials are null,
 * and so is everything else: a backend that refuses, hangs, has no address or replies 503.
 */
export async function checkCredentials(
  backendUrls: readonly string[],
  credentials: Credentials,
): Promise<string | null> {
  for (const backendUrl of backendUrls) {
    try {
      const reply = await post(new URL('/api/session', backendUrl), JSON.stringify(credentials));
      if (reply.status < 500) return sessionIn(reply);
    } catch {
      // The next endpoint may do better; and if none does, nobody is told why.
    }
  }
  return null;
}

interface BackendReply {
  readonly status: number;
  readonly body: string;
}

function sessionIn({ status, body }: BackendReply): string | null {
  if (status !== 200) return null;
  const envelope: { response?: { session?: unknown } } | null = JSON.parse(body);
  const session = envelope?.response?.session;
  // It becomes part of a `Set-Cookie` field, so it must not bring its own attributes.
  return typeof session === 'string' && /^[\w.-]+$/.test(session) ? session : null;
}

function post(url: URL, body: string): Promise<BackendReply> {
  return new Promise((resolve, reject) => {
    const call = request(url, {
      method: 'POST',
      // A connection of its own: no kept one can go stale and add a fault that is not there.
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
    });
    call.once('error', reject);
    call.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    call.end(body);
  });
}
