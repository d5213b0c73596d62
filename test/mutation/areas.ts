/** A folder of the house: what is changed in it, and which tests have to notice. Both are globs. */
interface Area {
  readonly files: readonly string[];
  /**
   * Of the same folder, and fast: that others would notice as well counts for nothing. A second a mutant
   * is an hour an area, so that tests which wait for processes, sockets, threads or time-outs are left
   * out, and those of whole pages, which come by everything and look at little of it.
   */
  readonly tests: readonly string[];
}

/** What `npm run mutation` knows, by name. */
export const AREAS: Readonly<Record<string, Area>> = {
  outage: {
    files: [
      'src/outage/**/*.ts',
      // The store's own thread and its database.
      '!src/outage/{database,database-error,migrations,store,store-worker}.ts',
    ],
    tests: ['test/outage/**/!(kill|late-store|migrations|store).test.ts'],
  },
  answer: {
    files: [
      'src/answer/{accept*,client-*,request-*,notice,voices,wording,lead,telling}.ts',
      'src/answer/{cors,header-fields,kept-fields,field-table,proxy-status}.ts',
      'src/answer/{retry-after,retry-safe,return-to,json,xml,escape,wrap,times,fill}.ts',
    ],
    tests: [
      'test/answer/{accept*,answerer,bodies,client-kind,cors,envelope,*-fields}.test.ts',
      'test/answer/{client-kind-in-a-row,escape,fill,languages-for-programs,lead,notice}.test.ts',
      'test/answer/{proxy-status,published,request-signs,retry-*,return-to}.test.ts',
      'test/answer/{small-forms,status-json,telling,times,wording,wrap}.test.ts',
    ],
  },
  gateway: {
    files: [
      'src/gateway/{field*,forwarded-fields,reply-framing,request-head,request-target}.ts',
      'src/gateway/{generic-reply,known-repl*,balancer-replies,platform-replies}.ts',
      'src/gateway/{rule-match,reply-text,decode-text,json-content,markup,matter}.ts',
      'src/gateway/{judge,match-route,person,reply-parser,waiting-cause}.ts',
    ],
    tests: [
      'test/gateway/{decode-text,field*,forwarded-fields,generic-reply*,judge}.test.ts',
      'test/gateway/{json-content,known-replies,markup,match-route,matter,person}.test.ts',
      'test/gateway/{reply-*,request-*,rule-match,waiting-cause}.test.ts',
    ],
  },
  config: { files: ['src/config/*.ts'], tests: ['test/config/*.test.ts'] },
};

/** How the name of an area comes to Vitest's configuration, which Stryker loads in processes of its own. */
export const AREA_VARIABLE = 'CANDOR_MUTATION_AREA';
