-- Floating-point arithmetic on fields of tables.
local sqrt, pi = math.sqrt, math.pi
local sun, year = 4 * pi * pi, 365.24
local bodies = {
  { x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0, mass = sun },
  {
    x = 4.84143144246472090, y = -1.16032004402742839, z = -0.103622044471123109,
    vx = 0.00166007664274403694 * year, vy = 0.00769901118419740425 * year, vz = -0.0000690460016972063023 * year,
    mass = 0.000954791938424326609 * sun,
  },
  {
    x = 8.34336671824457987, y = 4.12479856412430479, z = -0.403523417114321381,
    vx = -0.00276742510726411104 * year, vy = 0.00499852801234917238 * year, vz = 0.0000230417297573763929 * year,
    mass = 0.000285885980666130812 * sun,
  },
  {
    x = 12.8943695621391310, y = -15.1111514016986312, z = -0.223307578892655734,
    vx = 0.00296460137564761618 * year, vy = 0.00237847173959480950 * year, vz = -0.0000296589568540237556 * year,
    mass = 0.0000436624404335156298 * sun,
  },
  {
    x = 15.3796971148509165, y = -25.9193146099879641, z = 0.179258772950371181,
    vx = 0.00268067772490389322 * year, vy = 0.00162824170038242295 * year, vz = -0.0000951592254519715870 * year,
    mass = 0.0000515138902046611451 * sun,
  },
}

local function advance(count, dt)
  for i = 1, count do
    local a = bodies[i]
    local x, y, z, mass = a.x, a.y, a.z, a.mass
    local vx, vy, vz = a.vx, a.vy, a.vz
    for j = i + 1, count do
      local b = bodies[j]
      local dx, dy, dz = x - b.x, y - b.y, z - b.z
      local square = dx * dx + dy * dy + dz * dz
      local force = dt / (square * sqrt(square))
      local other = b.mass * force
      vx, vy, vz = vx - dx * other, vy - dy * other, vz - dz * other
      other = mass * force
      b.vx, b.vy, b.vz = b.vx + dx * other, b.vy + dy * other, b.vz + dz * other
    end
    a.vx, a.vy, a.vz = vx, vy, vz
    a.x, a.y, a.z = x + dt * vx, y + dt * vy, z + dt * vz
  end
end

local function energy()
  local e = 0
  for i, a in ipairs(bodies) do
    e = e + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
    for j = i + 1, #bodies do
      local b = bodies[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      e = e - a.mass * b.mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

local px, py, pz = 0, 0, 0
for _, b in ipairs(bodies) do px, py, pz = px + b.vx * b.mass, py + b.vy * b.mass, pz + b.vz * b.mass end
bodies[1].vx, bodies[1].vy, bodies[1].vz = -px / sun, -py / sun, -pz / sun
assert(string.format("%.9f", energy()) == "-0.169075164")
for _ = 1, 200000 do advance(#bodies, 0.01) end
assert(string.format("%.4f", energy()) == "-0.1691")
