-- Sends the requests of a file, one after another; each thread takes its own share. A line: METHOD, path, body, by tabs.
-- Each comes from a network of its own, as customers do: one client at thousands of reviews would be a scanner.
-- At the end it says on one line what was seen, as JSON.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local headers = {
  ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  ["Accept"] = "text/html,application/xhtml+xml", ["Accept-Language"] = "en", ["Sec-Fetch-Dest"] = "document",
}
local posting = {
  ["User-Agent"] = headers["User-Agent"], ["Accept"] = "application/json", ["Sec-Fetch-Site"] = "same-origin",
  ["Content-Type"] = "application/x-www-form-urlencoded",
}
local requests, at = {}, 0

function init(args)
  local line_number, shares = 0, tonumber(args[2])
  for line in io.lines(args[1]) do
    if line_number % shares == number then
      local method, path, body = line:match("^(%u+)\t(%S+)\t?(.*)$")
      local from = string.format("81.%d.%d.9", math.floor(line_number / 256) % 256, line_number % 256)
      headers["X-Forwarded-For"], posting["X-Forwarded-For"] = from, from
      if method == "GET" then requests[#requests + 1] = wrk.format(method, path, headers)
      else requests[#requests + 1] = wrk.format(method, path, posting, body) end
    end
    line_number = line_number + 1
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\n{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
