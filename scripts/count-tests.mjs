/**
 * Adds up what ran and prints the closing line of `.ci/run`: `N passed, N failed, N skipped`.
 *
 * `count-tests.mjs FOLDER NAME…`: each NAME has its exit code in NAME.exit and, where it is a suite,
 * vitest's report in NAME.json. A command that failed without a failed test counts as one failure,
 * and one that passed without a test as one passed check.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...names] = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };

for (const name of names) {
  const exitCode = Number(readFileSync(join(folder, `${name}.exit`), 'utf8'));
  const report = join(folder, `${name}.json`);
  const counted = existsSync(report) ? countsIn(JSON.parse(readFileSync(report, 'utf8'))) : null;
  sum.passed += counted?.passed ?? (exitCode === 0 ? 1 : 0);
  sum.skipped += counted?.skipped ?? 0;
  sum.failed += Math.max(counted?.failed ?? 0, exitCode === 0 ? 0 : 1);
  console.log(`${name}: exit ${exitCode}${counted === null ? '' : `, ${JSON.stringify(counted)}`}`);
}

console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed === 0 ? 0 : 1;

function countsIn({ numPassedTests, numFailedTests, numPendingTests, numTodoTests }) {
  return {
    passed: numPassedTests,
    failed: numFailedTests,
    skipped: numPendingTests + numTodoTests,
  };
}
