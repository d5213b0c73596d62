import type { Response } from 'express';

/** Everything comes from files of our own; nothing of what strangers write can run, load or be framed. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Sends a page of the console's. */
export function sendPage(response: Response, status: number, page: string): void {
  response.setHeader('Content-Security-Policy', POLICY);
  // An origin has to be told with forms, and nothing to where links lead.
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.status(status).type('html').send(page);
}
