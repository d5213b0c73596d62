/** One address that serves an upstream. Identity is stable for as long as discovery lists it. */
export interface Endpoint {
  /** `http://10.0.1.3:8080`: scheme, host, port, no path. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
}
