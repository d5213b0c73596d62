import fc from 'fast-check';
import { SLOT } from '../../src/answer/slots.ts';

/** Stands in every hostile text: where it is found in an answer, a client's text is. */
export const CANARY = 'c4n4ry';

const PIECES = [
  ...[
    '<script>',
    '</script>',
    '</style>',
    '<b onclick=x>',
    '<!--',
    '-->',
    ']]>',
    '<![CDATA[',
    '<?x?>',
  ],
  ...[
    '</time>',
    '</title>',
    '</textarea>',
    '<svg/onload=x>',
    'javascript:alert(1)',
    '&#60;',
    '&lt;',
  ],
  ...['"', "'", '`', '&', '<', '>', '=', '*/', '//', '/*', '\\', '%', '%0d%0a', '%00', '{message}'],
  ...['$1', '$&', '\r\n', '\r\nX-Injected: 1', '\n\n', '\r', '\n', '\0', '\t', '\v', '\u0085'],
  ...['\u2028', '\u2029', '\u202E', '\u2066', '\u200F', '\uFEFF', '\uD800', '\uDC00', '\uFFFE'],
  // Bad UTF-8, as node:http hands it on: one character a byte.
  ...['\xff', '\xc0\xaf', '\xed\xa0\x80', '\xf5', '漢', '😀', 'é', ' ', '  ', ';', ',', ':', '='],
  ...Object.values(SLOT),
  CANARY,
];

/** Text that would break out of one format or another if it were printed as it is. */
export const hostileLine: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 4 })), {
    maxLength: 8,
  })
  .map((parts) => `${CANARY}${parts.join('')}`);

/** The same, at any length. */
export const hostile: fc.Arbitrary<string> = fc
  .tuple(hostileLine, fc.constantFrom(1, 1, 1, 1, 400))
  .map(([line, times]) => line.repeat(times));
