import { asciiXml, xmlText } from './escape.ts';
import { problemType } from './json.ts';
import { SLOT } from './slots.ts';
import type { Telling } from './telling.ts';

/** `application/problem+xml`: UX.md, section 6.3 (RFC 9457, appendix B). */
export function problemXml(telling: Telling, publicPrefix: string): string {
  const { notice, title, detail } = telling;
  const problem = [
    element('type', problemType(telling, publicPrefix)),
    element('title', title),
    element('status', String(notice.status)),
    element('detail', detail),
    `<outage>${[
      element('reason', notice.reason),
      element('disposition', notice.disposition),
      element('retrySafe', String(notice.retrySafe)),
      notice.hasRetry ? element('retryAfter', SLOT.retry) : '',
      element('reference', SLOT.reference),
      notice.published.url === null ? '' : element('statusPage', notice.published.url),
    ].join('')}</outage>`,
  ];
  return asciiXml(
    `<?xml version="1.0" encoding="UTF-8"?>\n<problem xmlns="urn:ietf:rfc:7807">${problem.join('')}</problem>`,
  );
}

/** A SOAP 1.1 fault: UX.md, section 6.4. It never blames the user. */
export function soap11Fault(telling: Telling): string {
  const fault = [
    element('faultcode', 'soap:Server'),
    element('faultstring', telling.short),
    `<detail>${outageDetail(telling)}</detail>`,
  ].join('');
  return asciiXml(
    `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>${fault}</soap:Fault></soap:Body></soap:Envelope>`,
  );
}

/** The same as a SOAP 1.2 fault. */
export function soap12Fault(telling: Telling): string {
  const fault = [
    '<env:Code><env:Value>env:Receiver</env:Value></env:Code>',
    `<env:Reason><env:Text xml:lang="${telling.wording.language}">${xmlText(telling.short)}</env:Text></env:Reason>`,
    `<env:Detail>${outageDetail(telling)}</env:Detail>`,
  ].join('');
  return asciiXml(
    `<?xml version="1.0" encoding="utf-8"?><env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body><env:Fault>${fault}</env:Fault></env:Body></env:Envelope>`,
  );
}

function outageDetail({ notice }: Telling): string {
  const members = [
    element('disposition', notice.disposition),
    element('retrySafe', String(notice.retrySafe)),
  ];
  return `<outage xmlns="">${members.join('')}</outage>`;
}

function element(name: string, text: string): string {
  return `<${name}>${xmlText(text)}</${name}>`;
}
