import type { RequestFields } from './request-fields.ts';

/** True where a handshake for a WebSocket is among the protocols of an `Upgrade` field. */
export function isWebSocket(upgrade: string | undefined): boolean {
  return upgrade !== undefined && /(?:^|[\s,])websocket(?:$|[\s,/])/i.test(upgrade);
}

/** True where the content is of this type, whatever its parameters. */
export function isType({ contentType }: RequestFields, type: string): boolean {
  return startsWith(contentType, type) && /^[\s;,]?$/.test(contentType?.charAt(type.length) ?? '');
}

/** True where the content is JSON by its type or by its suffix. */
export function isJsonType({ contentType }: RequestFields): boolean {
  if (contentType === undefined) return false;
  const semicolon = contentType.indexOf(';');
  const type = (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
  return type === 'application/json' || type === 'text/json' || type.endsWith('+json');
}

/** True where a value starts with a text in lower case, however it is written itself. */
export function startsWith(value: string | undefined, start: string): boolean {
  return value?.slice(0, start.length).toLowerCase() === start;
}
