import { detection } from '../../src/config/detection-schema.ts';
import type { DetectionSettings } from '../../src/config/upstream-settings.ts';

/** The thresholds that an upstream has whose settings say nothing of them. */
export const DETECTION: DetectionSettings = detection.parse({});
