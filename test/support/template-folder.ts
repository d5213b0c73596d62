import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder with templates, by their paths in it; it is gone when the running test is over. */
export function templateFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'candor-templates-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeTemplates(folder, files);
  return folder;
}

/** Writes templates into a folder that is there. */
export function writeTemplates(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
