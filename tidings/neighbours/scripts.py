"""What Redis does in one step for places and the gate: Lua, because counting and taking must not come apart.

No connection may come in here. Called by places.py and gate.py.

A person's places are one hash: connection -> {worker, session, since, address}. A place counts only while
the lease of its worker stands, so a crash frees all places of a worker at once, and renewing costs one key
a worker, not one a connection.
"""

LIVING = """
local places, at, prefix = {}, KEYS[1], ARGV[1]
local all = redis.call('HGETALL', at)
for i = 1, #all, 2 do
  local place = cjson.decode(all[i + 1])
  if redis.call('EXISTS', prefix .. place.worker) == 1 then
    place.id = all[i]
    places[#places + 1] = place
  else
    redis.call('HDEL', at, all[i])
  end
end
table.sort(places, function(a, b)
  if a.since == b.since then return a.id < b.id end
  return a.since < b.since
end)
"""

# Returns 0 or 1, then who leaves for it: the session's own ghost, or the oldest if that is the policy.
TAKE = (
    """
local freed = cjson.decode(ARGV[8])
for _, id in ipairs(freed) do redis.call('HDEL', KEYS[1], id) end
"""
    + LIVING
    + """
local id, entry, session, replaces = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local most, evict = tonumber(ARGV[6]), ARGV[7] == '1'
local others, answer = {}, {1}
for _, place in ipairs(places) do
  if place.id == replaces and place.session == session then
    answer[2] = place.id
  elseif place.id ~= id then
    others[#others + 1] = place
  end
end
if not answer[2] and #others >= most then
  if not evict then return {0} end
  for i = 1, #others - most + 1 do answer[#answer + 1] = others[i].id end
end
for i = 2, #answer do redis.call('HDEL', at, answer[i]) end
redis.call('HSET', at, id, entry)
redis.call('EXPIRE', at, 3600)
return answer
"""
)

# Makes the hash say what one worker says of itself; returns the connections that are too many then.
RECONCILE = (
    LIVING
    + """
local worker, most, evict = ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
local mine, kept = cjson.decode(ARGV[5]), {}
for _, place in ipairs(places) do
  if place.worker ~= worker then kept[#kept + 1] = place
  elseif not mine[place.id] then redis.call('HDEL', at, place.id) end
end
for id, entry in pairs(mine) do
  redis.call('HSET', at, id, entry)
  local place = cjson.decode(entry)
  place.id = id
  kept[#kept + 1] = place
end
if #kept > 0 then redis.call('EXPIRE', at, 3600) end
table.sort(kept, function(a, b)
  if a.since == b.since then return a.id < b.id end
  return a.since < b.since
end)
local answer = {}
for i = 1, #kept - most do
  local place = evict and kept[i] or kept[#kept + 1 - i]
  redis.call('HDEL', at, place.id)
  answer[#answer + 1] = place.id
end
return answer
"""
)

LIST = (
    LIVING
    + """
local answer = {}
for _, place in ipairs(places) do answer[#answer + 1] = cjson.encode(place) end
return answer
"""
)

# A hash an address: worker -> sockets without a name, and the level of a token bucket at a moment. Returns
# for each address for how many of those who ask there is room, and the milliseconds that the next should wait
# when it is the handshakes a minute that are used up.
ENTER = """
local prefix, worker = ARGV[1], ARGV[2]
local most, per_minute = tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local living, answer = {}, {}
for i, at in ipairs(KEYS) do
  local mine, asked = tonumber(ARGV[3 + 2 * i]), tonumber(ARGV[4 + 2 * i])
  local others, level, since = 0, per_minute, now
  local all = redis.call('HGETALL', at)
  for j = 1, #all, 2 do
    local name, value = all[j], tonumber(all[j + 1])
    if name == 'level' then level = value
    elseif name == 'since' then since = value
    elseif name ~= worker then
      if living[name] == nil then living[name] = redis.call('EXISTS', prefix .. name) == 1 end
      if living[name] then others = others + value else redis.call('HDEL', at, name) end
    end
  end
  local room, wait = asked, 0
  if most > 0 then room = math.max(0, math.min(asked, most - others - mine)) end
  if per_minute > 0 then
    level = math.min(per_minute, level + math.max(0, now - since) * per_minute / 60000)
    if level < room then
      room = math.floor(level)
      wait = math.ceil((1 - (level - room)) * 60000 / per_minute)
    end
    level = level - room
    redis.call('HSET', at, 'level', tostring(level), 'since', now)
  end
  local pending = mine + room
  if pending > 0 then redis.call('HSET', at, worker, pending) else redis.call('HDEL', at, worker) end
  redis.call('EXPIRE', at, others + pending > 0 and 3600 or 60)
  answer[2 * i - 1], answer[2 * i] = room, wait
end
return answer
"""
