import { constants, setPriority } from 'node:os';

// What is simulated only computes, beside tests that wait for real time: it gets what those leave of the cores.
setPriority(constants.priority.PRIORITY_LOW);
