/** Where a request is to go, or why that cannot be said. */
export type Place =
  | { readonly target: string; readonly authority: string }
  | { readonly fault: string };

/**
 * Reads a request target: origin-form, absolute-form, asterisk-form (RFC 9112, section 3.2).
 *
 * In absolute-form the target's authority rules, and a Host that says otherwise is refused: it is an
 * attempt to be routed by one and served by the other.
 */
export function readTarget(url: string, method: string, host: string | null): Place {
  if (host !== null && !isAuthority(host)) return { fault: 'The Host field is not a host name.' };
  if (url.startsWith('/')) return checked(url, host ?? '');
  if (url === '*' && method === 'OPTIONS') return { target: url, authority: host ?? '' };

  const absolute = /^https?:\/\/([^/?#]+)([^#]*)$/i.exec(url);
  if (absolute === null) return { fault: 'The request target is neither a path nor an http URL.' };
  const [, authority = '', rest = ''] = absolute;
  if (!isAuthority(authority)) return { fault: 'The request target names no valid host.' };
  if (host !== null && host.toLowerCase() !== authority.toLowerCase()) {
    return { fault: 'The Host field and the request target name different hosts.' };
  }
  return checked(rest.startsWith('/') ? rest : `/${rest}`, authority);
}

let lastAuthority = '';

/** Host and optional port, without user information (RFC 9110, section 4.2.4). */
function isAuthority(text: string): boolean {
  // Nearly every request is for the host of the one before it: to compare costs a fifth of the look.
  if (text === lastAuthority) return true;
  if (!AUTHORITY.test(text)) return false;
  lastAuthority = text;
  return true;
}

const AUTHORITY = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::\d{0,5})?$/;

/** Visible ASCII, which is all that node:http lets through, and no fragment. */
function checked(target: string, authority: string): Place {
  for (let index = 0; index < target.length; index++) {
    const code = target.charCodeAt(index);
    if (code <= 0x20 || code >= 0x7f || code === 0x23) {
      return { fault: 'The request target holds characters that a URL cannot hold.' };
    }
  }
  return { target, authority };
}
