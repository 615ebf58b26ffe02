-- One write, wholly or not at all. Answers what came of it, and a number in decimal digits.
-- KEYS: values, revisions, totals. ARGV: most keys, most bytes, what to do, then what that takes.
local values, revisions, totals = KEYS[1], KEYS[2], KEYS[3]
local most_keys, most_bytes = tonumber(ARGV[1]), tonumber(ARGV[2])
local before_keys = redis.call('HLEN', values)
local before_bytes = tonumber(redis.call('HGET', totals, 'bytes') or '0')
local keys, bytes = before_keys, before_bytes

-- The size of a key's value; nil where it has none.
local function size_of(key)
  if redis.call('HEXISTS', values, key) == 0 then
    return nil
  end
  return redis.call('HSTRLEN', values, key)
end

-- Counts that a value of one size, or none, takes the place of another.
local function count(key, old, new)
  if old then
    keys, bytes = keys - 1, bytes - #key - old
  end
  if new then
    keys, bytes = keys + 1, bytes + #key + new
  end
end

-- What is exceeded, if anything is: making room is always allowed.
local function beyond()
  if keys > before_keys and keys > most_keys then
    return 'keys'
  end
  if bytes > before_bytes and bytes > most_bytes then
    return 'bytes'
  end
end

local function set(key, value)
  redis.call('HSET', values, key, value)
  redis.call('HINCRBY', totals, 'revision', 1)
  redis.call('HSET', revisions, key, redis.call('HGET', totals, 'revision'))
end

local function delete(key)
  redis.call('HDEL', values, key)
  redis.call('HDEL', revisions, key)
end

local function end_with(outcome, number)
  redis.call('HINCRBY', totals, 'bytes', bytes - before_bytes)
  return {outcome, number}
end

local function apply()
  local sizes = {}
  for at = 4, #ARGV, 3 do
    local key = ARGV[at + 1]
    local old = sizes[key]
    if old == nil then
      old = size_of(key)
    end
    local new = ARGV[at] == 'set' and #ARGV[at + 2]
    count(key, old, new)
    sizes[key] = new
  end
  local refused = beyond()
  if refused then
    return {refused, '0'}
  end
  for at = 4, #ARGV, 3 do
    if ARGV[at] == 'set' then
      set(ARGV[at + 1], ARGV[at + 2])
    else
      delete(ARGV[at + 1])
    end
  end
  return end_with('done', '0')
end

-- The sum stays text: a number of the script has 53 bits.
local function increment()
  local key, delta = ARGV[4], ARGV[5]
  local old = redis.call('HGET', values, key)
  local added = redis.pcall('HINCRBY', values, key, delta)
  if type(added) == 'table' and added.err then
    return {string.find(added.err, 'overflow') and 'overflow' or 'no-number', '0'}
  end
  local sum = redis.call('HGET', values, key)
  count(key, old and #old, #sum)
  local refused = beyond()
  if refused then
    if old then
      redis.call('HSET', values, key, old)
    else
      redis.call('HDEL', values, key)
    end
    return {refused, '0'}
  end
  set(key, sum)
  return end_with('sum', sum)
end

local function swap()
  local key, value, revision = ARGV[4], ARGV[5], ARGV[6]
  local found = redis.call('HGET', revisions, key) or '0'
  if found ~= revision then
    return {'stale', found}
  end
  count(key, size_of(key), #value)
  local refused = beyond()
  if refused then
    return {refused, '0'}
  end
  set(key, value)
  return end_with('done', '0')
end

if ARGV[3] == 'increment' then
  return increment()
elseif ARGV[3] == 'swap' then
  return swap()
end
return apply()
