/** One address that serves an upstream. Identity is stable for as long as discovery lists it. */
export interface Endpoint {
  /** `http://10.0.1.3:8080`, `http://[::1]:80`: scheme, host, port, no path; the port is always named. */
  readonly url: string;
  /** A name or an address, as `net.connect` takes it: IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** The endpoint that a URL names. The settings have been checked: what is no URL is a bug, and throws. */
export function endpointOf(url: string): Endpoint {
  const { protocol, hostname, port } = new URL(url);
  const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  return {
    url: `${protocol}//${hostname}:${number}`,
    host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: number,
  };
}
