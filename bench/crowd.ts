/**
 * Lua for wrk: the requests of 50,000 people behind a trusted proxy, with a hundred kinds of browsers, on
 * some thousands of addresses of four routes, a tenth of them with a trace.
 */
export const CROWD_SCRIPT = `
local paths = { "/r/invoices?page=", "/login?from=/r/", "/reports/", "/" }
local asked = 0
request = function()
  asked = asked + 1
  local person = (asked * 7919) % 50000
  local fields = wrk.headers
  fields["X-Forwarded-For"] = string.format("10.1.%d.%d", person / 250, person % 250)
  fields["User-Agent"] = string.format(
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36",
    100 + person % 100)
  fields["traceparent"] = nil
  if asked % 10 == 0 then
    fields["traceparent"] = string.format("00-%032x-%016x-01", asked, asked)
  end
  return wrk.format(nil, paths[asked % 4 + 1] .. asked % 3000)
end
`;
