import { onTestFinished } from 'vitest';
import { type Ending, openRaw, type RawClient } from './raw-connection.ts';
import type { RawResponse } from './raw-response.ts';

/** Opens a connection to `http://HOST:PORT` that closes when the running test is over; from an address of loopback. */
export async function connectRaw(url: string, from?: string): Promise<RawClient> {
  const client = await openRaw(url, from);
  onTestFinished(() => void client.socket.destroy());
  return client;
}

/** Sends bytes on a connection of their own and reads the first final response. */
export async function request(
  url: string,
  bytes: string,
  options?: { readonly isHead?: boolean },
): Promise<RawResponse> {
  const client = await connectRaw(url);
  client.send(bytes);
  for (;;) {
    const response = await client.response(options);
    if (response.status < 200) continue;
    client.socket.destroy();
    return response;
  }
}

/** Sends bytes on a connection of their own and waits until it has ended. */
export async function exchange(url: string, bytes: string): Promise<Ending> {
  const client = await connectRaw(url);
  client.send(bytes);
  return client.ending();
}
