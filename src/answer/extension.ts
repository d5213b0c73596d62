/** The forms that a path can stand for by its ending. */
type ByExtension = 'json' | 'problem_xml' | 'text' | 'script' | 'style' | 'empty';

const FORM_OF: ReadonlyMap<string, ByExtension> = new Map<string, ByExtension>([
  ...(['json', 'map', 'webmanifest'] as const).map((ending) => [ending, 'json'] as const),
  ...(['xml', 'rss', 'atom', 'wsdl', 'xsd'] as const).map(
    (ending) => [ending, 'problem_xml'] as const,
  ),
  ...(['txt', 'csv', 'md', 'log'] as const).map((ending) => [ending, 'text'] as const),
  ...(['js', 'mjs'] as const).map((ending) => [ending, 'script'] as const),
  ['css', 'style'],
  ...'png jpg jpeg gif svg webp avif ico woff woff2 ttf otf eot mp3 mp4 webm ogg wav pdf zip'
    .split(' ')
    .map((ending) => [ending, 'empty'] as const),
]);

/** The form that the ending of a path stands for; undefined where it has none that says anything. */
export function formByExtension(target: string): ByExtension | undefined {
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? FORM_OF.get(path.slice(dot + 1).toLowerCase()) : undefined;
}
