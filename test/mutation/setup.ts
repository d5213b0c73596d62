import fc from 'fast-check';

// The same few examples for each mutant: whether it is found must not be a matter of luck, and a
// property that needs a hundred runs to see a fault costs a hundred thousand of them a file.
fc.configureGlobal({ seed: 20230719, numRuns: 25 });
