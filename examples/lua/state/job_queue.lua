-- A queue of jobs that several workers may take from at once: each job goes to exactly one of them, and none is lost if a worker dies.
--
--   llmspell run examples/lua/state/job_queue.lua

local jobs, taken, done = "queue:jobs", "queue:taken", "queue:done"
for _, scope in ipairs { jobs, taken, done } do State.clear(scope) end

-- The number and the job are saved together or not at all.
local function add(job)
  return State.transaction(function()
    local id = ("%06d"):format(State.increment(taken, "last id"))
    State.save(jobs, id, job)
    return id
  end)
end

-- Moves the oldest job from one scope to the other. Two workers never get the same one.
local function take(worker)
  return State.transaction(function()
    for id, job in State.each(jobs) do
      State.delete(jobs, id)
      State.save(taken, "job:" .. id, { job = job, worker = worker })
      return id, job
    end
  end)
end

local function finish(id, result)
  State.transaction(function()
    State.delete(taken, "job:" .. id)
    State.save(done, id, result)
    State.increment(done, "total")
  end)
end

for _, text in ipairs { "read the mail", "water the plants", "fail on purpose", "write a report" } do add({ text = text }) end
print("waiting: " .. State.count(jobs))

while true do
  local id, job = take("worker-1")
  if not id then break end
  local ok, problem = pcall(function()
    if job.text:find("fail") then error("this one fails", 0) end
    finish(id, { text = job.text, letters = #job.text })
  end)
  print(id .. ": " .. job.text .. ": " .. (ok and "done" or problem))
end

print("waiting: " .. State.count(jobs) .. ", done: " .. State.load(done, "total"))
for key, lost in State.each(taken, "job:") do
  print("taken and not done: " .. key .. ", " .. lost.job.text .. ", by " .. lost.worker)
end
