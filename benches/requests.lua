-- What wrk asks for: the lines of a file in turn, each an address or, for POST, a body; and a line of numbers at the end.
-- wrk -s requests.lua URL -- FILE COOKIE ORIGIN [POST-PATH]
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  lines = {}
  local all = {}
  for line in io.lines(args[1]) do all[#all + 1] = line end
  -- Threads share nothing: each has records of its own, so that no two change the same one.
  local of = tonumber(os.getenv("WRK_THREADS") or "1")
  for n, line in ipairs(all) do
    if n % of == number % of then lines[#lines + 1] = line end
  end
  at = 0
  headers = { Cookie = args[2], Accept = "text/html" }
  path = args[4]
  if path then
    headers = { Cookie = args[2], Origin = args[3], Accept = "application/json" }
    headers["Content-Type"] = "application/x-www-form-urlencoded"
  end
end

function request()
  at = at % #lines + 1
  if path then return wrk.format("POST", path, headers, lines[at]) end
  return wrk.format("GET", lines[at], headers)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT\t%.1f\t%.2f\t%.2f\t%d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
