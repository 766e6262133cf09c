"""What Redis does in one step for the places of people: Lua, because counting and taking must not come apart.

No connection may come in here. Called by places.py.

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
