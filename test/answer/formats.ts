import { parse } from 'parse5';
import sax from 'sax';
import type { Answer } from '../../src/answer/answer.ts';
import { bodyOf, fieldsOf } from './samples.ts';

/** What an answer is made of, without its texts: what no text may change. */
export type Skeleton = readonly string[];

/**
 * The skeleton of an answer, read by a real parser of its format. Throws where the format, a field or the
 * reason phrase is broken.
 */
export function skeletonOf(answer: Answer): Skeleton {
  const fields = fieldsOf(answer);
  for (const [name, value] of Object.entries(fields)) {
    if (!/^[a-z-]+$/.test(name)) throw new Error(`no field name: ${JSON.stringify(name)}`);
    if (!/^[\x20-\x7e]*$/.test(value)) throw new Error(`${name}: ${JSON.stringify(value)}`);
  }
  if (!/^[\x20-\x7e]{1,80}$/.test(answer.reasonPhrase)) throw new Error(answer.reasonPhrase);
  const length = fields['content-length'];
  if (answer.status !== 204 && length !== String(answer.body.length)) {
    throw new Error(`Content-Length: ${length} of ${answer.body.length}`);
  }
  if ('grpc-message' in fields) decodeURIComponent(fields['grpc-message'] ?? '');
  return [`${answer.status}`, ...Object.keys(fields), ...bodySkeleton(fields, bodyOf(answer))];
}

function bodySkeleton(fields: Readonly<Record<string, string>>, body: string): Skeleton {
  const [type = ''] = (fields['content-type'] ?? '').split(';');
  if (type.endsWith('json')) return jsonSkeleton(JSON.parse(body), '');
  if (type.endsWith('xml')) return xmlSkeleton(body);
  switch (type) {
    case 'text/html':
      return htmlSkeleton(body);
    case 'text/event-stream':
      return streamSkeleton(body);
    case 'text/plain':
      return textSkeleton(body);
    case 'text/javascript':
    case 'text/css':
      return commentSkeleton(body);
    default:
      return [type, String(body.length)];
  }
}

function jsonSkeleton(value: unknown, path: string): Skeleton {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, item]) => jsonSkeleton(item, `${path}.${name}`));
}

function xmlSkeleton(xml: string): Skeleton {
  if (/[^\t\n\r\x20-\x7e]/.test(xml)) throw new Error('XML that is not plain ASCII');
  const found: string[] = [];
  const reader = sax.parser(true, { xmlns: true });
  reader.onopentag = ({ name, attributes }) =>
    found.push(`<${[name, ...Object.keys(attributes)].join(' ')}>`);
  reader.onclosetag = (name) => found.push(`</${name}>`);
  for (const event of ['oncomment', 'oncdata', 'ondoctype', 'onsgmldeclaration'] as const) {
    reader[event] = (text: string) => {
      throw new Error(`${event}: ${text}`);
    };
  }
  reader.onerror = (error) => {
    throw error;
  };
  reader.write(xml).close();
  return found;
}

interface HtmlNode {
  readonly nodeName: string;
  readonly attrs?: readonly { readonly name: string }[];
  readonly childNodes?: readonly HtmlNode[];
}

function htmlSkeleton(html: string): Skeleton {
  const document = parse(html, {
    onParseError: ({ code, startOffset }) => {
      throw new Error(`${code}: ${html.slice(startOffset - 20, startOffset + 20)}`);
    },
  });
  return elementsIn(document as HtmlNode);
}

function elementsIn({ nodeName, attrs = [], childNodes = [] }: HtmlNode): Skeleton {
  if (nodeName === '#text') return [];
  const opened = [nodeName, ...attrs.map(({ name }) => name)].join(' ');
  return [`<${opened}>`, ...childNodes.flatMap(elementsIn), `</${nodeName}>`];
}

function streamSkeleton(stream: string): Skeleton {
  const [, data] = /^retry: \d{5}\nevent: outage\ndata: ([\x20-\x7e]+)\n\n$/.exec(stream) ?? [];
  if (data === undefined) throw new Error(`no event stream: ${stream}`);
  return jsonSkeleton(JSON.parse(data), 'data');
}

function textSkeleton(text: string): Skeleton {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what may not be there.
  if (/[\0-\x09\x0b-\x1f\x7f-\x9f]/.test(text)) throw new Error(JSON.stringify(text));
  if (!text.endsWith('\n')) throw new Error('no final newline');
  return ['text'];
}

function commentSkeleton(comment: string): Skeleton {
  if (!/^\/\* (?:(?!\*\/)\P{Cc})*\*\/$/u.test(comment)) throw new Error(comment);
  return ['comment'];
}
