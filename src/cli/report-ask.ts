import { FORMATS } from '../outage/report/render.ts';

/** What can be printed: a report in one of its forms, or the writes of its incident as CSV. */
export const FORMS = [...FORMATS, 'csv'] as const;

/** What is asked for. */
export interface ReportAsk {
  /** Null: the newest incident. */
  readonly id: string | null;
  readonly format: (typeof FORMS)[number];
}

/** What came of it: a text to print, or what is wrong in words. */
export type ReportFound =
  | { readonly text: string }
  | { readonly fault: string; readonly isMissing: boolean };
