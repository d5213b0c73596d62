import type { Preview } from '../gateway/preview.ts';
import type { PreviewWish } from '../gateway/preview-request.ts';

const PATIENCE_MS = 3_000;

/** The ops API of a running gateway. */
export interface OpsPlace {
  readonly address: string;
  readonly token: string | null;
}

/** Asks a running gateway; why it cannot be asked comes back in words that follow its address. */
export async function askOps(
  { address, token }: OpsPlace,
  wish: PreviewWish,
): Promise<{ readonly preview: Preview } | { readonly fault: string }> {
  const asked = new URL(`/api/preview/${wish.when}`, address);
  const { url, as, method, language, disposition, headers = [] } = wish;
  for (const [name, value] of Object.entries({ url, as, method, language, disposition })) {
    if (value !== undefined) asked.searchParams.set(name, value);
  }
  for (const header of headers) asked.searchParams.append('header', header);
  try {
    const reply = await fetch(asked, {
      headers: {
        Accept: 'application/json',
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!reply.ok) return { fault: `answers ${reply.status}` };
    // Of our own ops API, by its document; another program's JSON fails the look below.
    const preview = (await reply.json()) as Preview;
    return Array.isArray(preview.why) ? { preview } : { fault: 'is no gateway of ours' };
  } catch {
    return { fault: 'does not answer' }; // Refused, too slow, or no JSON: the settings say the rest.
  }
}
