-- The values and revisions of keys, unless they are too large together.
-- KEYS: values, revisions. ARGV: most bytes, then the keys.
local most = tonumber(ARGV[1])
local bytes = 0
for at = 2, #ARGV do
  bytes = bytes + redis.call('HSTRLEN', KEYS[1], ARGV[at])
end
if bytes > most then
  return {0, {}, {}}
end
local values, revisions = {}, {}
for at = 2, #ARGV do
  values[at - 1] = redis.call('HGET', KEYS[1], ARGV[at])
  revisions[at - 1] = redis.call('HGET', KEYS[2], ARGV[at])
end
return {1, values, revisions}
