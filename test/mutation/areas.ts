/** A folder of the house, and which of it is mutated. */
interface Area {
  /** Files of `src/`, as globs; those that begin with `!` are left out. */
  readonly files: readonly string[];
}

/**
 * What is mutated, by folder. The tests that have to notice are those of the same folder below
 * `test/`, without the slow ones below: that another folder's tests would notice as well counts for
 * nothing.
 */
export const AREAS: Readonly<Record<string, Area>> = {
  outage: {
    files: [
      'src/outage/**/*.ts',
      // The store's own thread and its database: their tests wait for disks and threads.
      '!src/outage/{database,database-error,migrations,recorder,store,store-worker}.ts',
    ],
  },
  answer: {
    files: [
      'src/answer/{accept*,client-*,request-*,notice,voices,wording,lead,telling}.ts',
      'src/answer/{cors,header-fields,kept-fields,field-table,proxy-status}.ts',
      'src/answer/{retry-after,retry-safe,return-to,json,xml,escape,wrap,times,fill}.ts',
    ],
  },
  gateway: {
    files: [
      'src/gateway/{field*,forwarded-fields,reply-framing,request-head,request-target}.ts',
      'src/gateway/{generic-reply,known-repl*,balancer-replies,platform-replies}.ts',
      'src/gateway/{rule-match,reply-text,decode-text,json-content,markup,matter}.ts',
      'src/gateway/{reply-parser,match-route,waiting-cause,person}.ts',
    ],
  },
  config: { files: ['src/config/*.ts'] },
};

/**
 * Tests that start processes or threads or wait for time-outs, and those of whole pages, which come by
 * everything and look at little of it: a second and more a mutant.
 */
export const SLOW_TESTS: readonly string[] = [
  'test/outage/{kill,store,recorder,migrations}.test.ts',
  'test/answer/{brands,compressed,docs,incident,languages,locales,own-templates,page}.test.ts',
  'test/answer/{template-contract,untrusted.property,wire}.test.ts',
  // All those over sockets.
  'test/gateway/!(decode-text|field.property|forwarded-fields|generic-reply|generic-reply.property|json-content|known-replies|match-route|person|reply-framing|reply-parser|reply-parser.property|reply-text|reply-text.property|request-head|request-target|rule-match|waiting-cause).test.ts',
];
