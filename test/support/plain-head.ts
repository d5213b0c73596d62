import type { RequestHead } from '../../src/gateway/request-head.ts';

/** The head of a GET that asks for nothing in particular. */
export const PLAIN_HEAD: RequestHead = {
  method: 'GET',
  target: '/',
  authority: 'app.example',
  rawHeaders: ['Host', 'app.example'],
  hasBody: false,
  contentLength: null,
  nominated: null,
  requestId: null,
  maxForwards: null,
  upgrade: null,
  mayBeSilent: false,
  acceptsTrailers: false,
};
