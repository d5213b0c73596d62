import {
  answered,
  clientBody,
  clientField,
  clientLacks,
  keptOpen,
  originField,
  statusIn,
} from '../checks.ts';
import type { Row } from '../row.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n';

/** End-to-end fields and the status line (RFC 9110, sections 5 and 15). */
export const fields: readonly Row[] = [
  {
    id: 'fields/an unknown field',
    rfc: 'RFC 9110 §5.1',
    holds: 'Fields that nobody knows go on, both ways.',
    send: [`${GET}X-Unknown-To-All: 1\r\n\r\n`],
    reply: 'HTTP/1.1 200 OK\r\nX-Also-Unknown: 2\r\nContent-Length: 2\r\n\r\nok',
    checks: [originField('x-unknown-to-all', '1'), clientField('x-also-unknown', '2')],
  },
  {
    id: 'fields/lines of one field keep their order',
    rfc: 'RFC 9110 §5.3',
    holds: 'The order of lines with one name is not changed, in either direction.',
    send: [`${GET}X-A: 1\r\nX-B: x\r\nx-a: 2\r\nX-A: 3\r\n\r\n`],
    reply: 'HTTP/1.1 200 OK\r\nX-A: 1\r\nX-B: x\r\nx-a: 2\r\nContent-Length: 2\r\n\r\nok',
    checks: [originField('x-a', '1, 2, 3'), clientField('x-a', '1, 2')],
  },
  {
    id: 'fields/lines of Set-Cookie stay apart',
    rfc: 'RFC 9110 §5.3',
    holds: 'Set-Cookie, which holds commas, is never put on one line.',
    send: [`${GET}\r\n`],
    reply:
      'HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok',
    checks: [
      ({ responses }) =>
        responses[0]?.fields.filter(([name]) => name.toLowerCase() === 'set-cookie').length === 2
          ? null
          : 'not two lines',
    ],
  },
  {
    id: 'fields/an empty value',
    rfc: 'RFC 9110 §5.5',
    holds: 'An empty field goes on as it is.',
    send: [`${GET}X-Empty:\r\n\r\n`],
    checks: [answered(200), originField('x-empty', '')],
  },
  {
    id: 'fields/bytes beyond ASCII in a value',
    rfc: 'RFC 9110 §5.5',
    holds: 'Other octets are opaque data and go on as they came, both ways.',
    send: [`${GET}X-Latin: caf\xe9\r\n\r\n`],
    reply: 'HTTP/1.1 200 OK\r\nX-Latin: \xe9t\xe9\r\nContent-Length: 2\r\n\r\nok',
    checks: [originField('x-latin', 'caf\xe9'), clientField('x-latin', '\xe9t\xe9')],
  },
  {
    id: 'fields/white space around a value',
    rfc: 'RFC 9110 §5.5',
    holds: 'White space around a value is no part of it.',
    send: ['GET / HTTP/1.1\r\nHost:a\t\r\nX-A: \t b \t\r\n\r\n'],
    checks: [answered(200), originField('x-a', 'b'), originField('host', 'a')],
  },
  {
    id: 'fields/a refusal repeats nothing',
    rfc: 'RFC 9110 §17.13',
    holds: 'An answer to a bad request does not hold what was sent.',
    send: ['GET / HTTP/1.1\r\nHost: <script>x</script>\r\n\r\n'],
    checks: [statusIn(400), clientLacks('<script>x')],
  },
  {
    id: 'fields/a Date is added',
    rfc: 'RFC 9110 §6.6.1',
    holds:
      'A recipient with a clock that gets a reply without a Date adds one before it sends it on.',
    send: [`${GET}\r\n`],
    checks: [clientField('date', /GMT$/)],
  },
  {
    id: 'fields/reason phrase',
    rfc: 'RFC 9112 §4',
    holds: 'A status line without a reason phrase is taken.',
    send: [`${GET}\r\n`],
    reply: 'HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok',
    checks: [answered(200), clientBody('ok'), keptOpen],
  },
  {
    id: 'fields/a status that nobody knows',
    rfc: 'RFC 9110 §15',
    holds: 'A status that is not known goes on as it came.',
    send: [`${GET}\r\n`],
    reply: 'HTTP/1.1 299 Fine\r\nContent-Length: 2\r\n\r\nok',
    checks: [answered(299), clientBody('ok')],
  },
];
