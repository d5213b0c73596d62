import { settingsDialect } from '../config/dialect.ts';
import { readDocument } from '../config/document.ts';
import { readSettingsText } from '../config/load.ts';
import { valueAt } from '../config/untyped.ts';

/** The line of the settings file in which a route is written; null where the file writes none. */
export async function routeLine(file: string, index: number): Promise<number | null> {
  const read = await readSettingsText(file);
  if (!read.ok) return null;
  const document = readDocument(read.text, settingsDialect({}));
  const path = ['routes', index];
  return valueAt(path, document.value) === undefined ? null : document.placeOf(path, 'value').line;
}
