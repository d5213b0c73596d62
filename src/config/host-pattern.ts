/** The host of an authority, lower case, without port and trailing dot. */
export function hostOf(authority: string): string {
  const end = authority.endsWith(']') ? -1 : authority.lastIndexOf(':');
  const host = (end > 0 ? authority.slice(0, end) : authority).toLowerCase();
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

/** Compares in the form of `hostOf`; `*.example.com` stands for one or more labels before `.example.com`. */
export function matchesHost(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === host;
  return host.length > pattern.length - 1 && host.endsWith(pattern.slice(1));
}

/** True when every host that the later pattern matches is matched by the earlier one. */
export function coversHost(earlier: string, later: string): boolean {
  return earlier === later || (earlier.startsWith('*.') && later.endsWith(earlier.slice(1)));
}
