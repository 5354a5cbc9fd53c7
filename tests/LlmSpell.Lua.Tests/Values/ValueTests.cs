using LlmSpell.State;

namespace LlmSpell.Lua.Tests.Values;

public sealed class ValueTests
{
    [Theory]
    [InlineData("true", "c3")]
    [InlineData("false", "c2")]
    [InlineData("0", "00")]
    [InlineData("127", "7f")]
    [InlineData("128", "cc80")]
    [InlineData("65535", "cdffff")]
    [InlineData("65536", "ce00010000")]
    [InlineData("math.maxinteger", "cf7fffffffffffffff")]
    [InlineData("-1", "ff")]
    [InlineData("-33", "d0df")]
    [InlineData("math.mininteger", "d38000000000000000")]
    [InlineData("1.0", "cb3ff0000000000000")]
    [InlineData("-0.0", "cb8000000000000000")]
    [InlineData("1/0", "cb7ff0000000000000")]
    [InlineData("'a'", "a161")]
    [InlineData("''", "a0")]
    [InlineData("'ü'", "a2c3bc")]
    [InlineData("'\\xff\\0'", "c402ff00")]
    [InlineData("('x'):rep(32)", "d920" + "7878787878787878787878787878787878787878787878787878787878787878")]
    [InlineData("{}", "80")]
    [InlineData("{ 1, 2.5, 'x' }", "9301cb4004000000000000a178")]
    [InlineData("{ [1] = 'one' }", "91a36f6e65")]
    [InlineData("{ [2] = 'two' }", "8102a374776f")]
    [InlineData("{ [0] = 'zero' }", "8100a47a65726f")]
    [InlineData("{ [1.5] = 1 }", "81cb3ff800000000000001")]
    [InlineData("{ [1.0] = 1 }", "9101")]
    [InlineData("{ [true] = 1 }", "81c301")]
    [InlineData("{ ['\\xff'] = 1 }", "81c401ff01")]
    [InlineData("{ x = { y = {} } }", "81a17881a17980")]
    [InlineData("{ { 1 }, { 2 } }", "9291019102")]
    [InlineData("{ ['\\xff'] = 1, bb = 2, c = 3, [true] = 4, [false] = 5, [2.5] = 6, [-1.5] = 7, [300] = 8, [-200] = 9, [5] = 10 }",
        "8ad1ff3809" + "050a" + "cd012c08" + "cbbff800000000000007" + "cb400400000000000006" + "c205" + "c304" + "a2626202" + "a16303" + "c401ff01")]
    [InlineData("{ z = { b = 1, a = { d = {}, c = 2 } }, a = { { y = 1, x = 2 } } }",
        "82" + "a161" + "91" + "82a17802a17901" + "a17a" + "82" + "a161" + "82a16302a16480" + "a16201")]
    public void Values_are_stored_as_these_bytes(string expression, string hex)
    {
        using StateStore store = new(new MemoryBackend());

        ScriptRun.OutputOf($"State.save('global', 'v', {expression})", store: store);

        StateValue value = store.Load(("global", "v"))!;
        Assert.Equal(hex, Convert.ToHexStringLower(value.Bytes.Span));
        Assert.Equal(value, StateValue.FromMessagePack(value.Bytes.Span));
    }

    [Fact]
    public void The_same_content_is_the_same_bytes_in_whatever_order_it_was_put_in()
    {
        using StateStore store = new(new MemoryBackend());

        ScriptRun.OutputOf(
            """
            local keys = {}
            for i = 1, 500 do keys[#keys + 1] = ('key'):rep(i % 20 + 1) .. i end
            for i = 1, 500 do keys[#keys + 1] = i * 7919 % 1009 + 0.5 end
            local function shuffled(name)
              local t = {}
              for i = #keys, 2, -1 do
                local j = math.random(i)
                keys[i], keys[j] = keys[j], keys[i]
              end
              for i, k in ipairs(keys) do t[k] = { [k] = tostring(k), n = { z = i * 0, a = 1 } } end
              State.save('global', name, t)
            end
            shuffled('one')
            shuffled('other')
            """,
            store: store);

        StateValue one = store.Load(("global", "one"))!;
        Assert.Equal(one, store.Load(("global", "other")));
        Assert.Equal(one, StateValue.FromMessagePack(one.Bytes.Span));
    }

    [Theory]
    [InlineData("{ 1, nil, 3 }")]
    [InlineData("{ 1, 2, x = 3 }")]
    [InlineData("{ nil, 2 }")]
    [InlineData("{ [1] = 1, [1.5] = 2 }")]
    [InlineData("{ 1, 2, 3, nil, 5, [7] = 7 }")]
    [InlineData("(function() local t = {} for i = 1, 8 do t[i] = i end t[3] = nil t.three = 3 return t end)()")]
    public void Tables_that_are_no_sequence_are_maps_and_keep_every_key(string expression)
    {
        using StateStore store = new(new MemoryBackend());

        Assert.Equal("equal\n", ScriptRun.OutputOf(
            $"""
            local original = {expression}
            State.save('global', 'v', original)
            local copy = State.load('global', 'v')
            for k, v in pairs(original) do assert(copy[k] == v) end
            for k, v in pairs(copy) do assert(original[k] == v) end
            print('equal')
            """,
            store: store));
        Assert.Equal(StateValueKind.Map, store.Load(("global", "v"))!.Kind);
    }

    [Theory]
    [InlineData("(function() local t = {} for i = 20, 1, -1 do t[i] = i end return t end)()")]
    [InlineData("(function() local t = { x = 1, y = 2 } for i = 1, 20 do t[i] = i end t.x = nil t.y = nil return t end)()")]
    [InlineData("(function() local t = {} for i = 1, 100 do t[i] = i end for i = 100, 21, -1 do t[i] = nil end return t end)()")]
    public void Sequences_are_arrays_however_the_table_came_about(string expression)
    {
        using StateStore store = new(new MemoryBackend());

        ScriptRun.OutputOf($"State.save('global', 'v', {expression})", store: store);

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), store.Load(("global", "v"))!.AsArray().Select(item => item.AsInteger()));
    }

    [Fact]
    public void Metatables_are_ignored_and_not_run()
    {
        Assert.Equal("1\tnil\tnil\n", ScriptRun.OutputOf(
            """
            local function trap() error('a metamethod ran') end
            local t = setmetatable({ own = 1 }, { __index = trap, __newindex = trap, __pairs = trap, __len = trap, __metatable = 'locked' })
            State.save('global', 'v', t)
            local copy = State.load('global', 'v')
            print(copy.own, copy.other, getmetatable(copy))
            """));
    }

    [Fact]
    public void A_table_in_two_places_becomes_two_copies()
    {
        Assert.Equal("5\t5\tfalse\n", ScriptRun.OutputOf(
            """
            local shared = { 5 }
            State.save('global', 'v', { a = shared, b = shared })
            local copy = State.load('global', 'v')
            print(copy.a[1], copy.b[1], copy.a == copy.b)
            """));
    }

    [Fact]
    public void Random_values_come_back_equal()
    {
        int seed = Random.Shared.Next();
        using StateStore store = new(new MemoryBackend());

        ScriptRun run = ScriptRun.Of(RandomValues.Replace("SEED", seed.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal), store: store);

        Assert.True(run.Failure is null, $"seed {seed}: {run.Failure?.Message}");
        IReadOnlyList<string> keys = store.ListKeys("global");
        Assert.Equal(2000, keys.Count);
        foreach (string key in keys)
        {
            StateValue value = store.Load(("global", key))!;
            Assert.Equal(value, StateValue.FromMessagePack(value.Bytes.Span));
        }
    }

    [Fact]
    public void Values_from_elsewhere_load_as_the_Lua_values_they_are()
    {
        using StateStore store = new(new MemoryBackend());
        store.Save(("global", "v"), StateValue.FromMessagePack(Convert.FromHexString(
            "87" // Seven fields, in forms that our own writer would not choose.
            + "a161" + "ca3fc00000" // A float of 32 bits.
            + "d90162" + "d9027879" // Strings with a long header.
            + "a163" + "cf0000000000000005"
            + "a164" + "dc00020102"
            + "a165" + "de0001a17807"
            + "a166" + "c50002ff00"
            + "a167" + "90")));

        Assert.Equal("1.5 xy 5 integer 2 7 2 0\n", ScriptRun.OutputOf(
            "local v = State.load('global', 'v') io.write(v.a, ' ', v.b, ' ', v.c, ' ', math.type(v.c), ' ', #v.d, ' ', v.e.x, ' ', #v.f, ' ', #v.g, '\\n')",
            store: store));
    }

    [Fact]
    public void A_stored_value_that_Lua_cannot_hold_is_an_error_that_names_it()
    {
        using StateStore store = new(new MemoryBackend());
        store.Save(("global", "v"), StateValue.Map(KeyValuePair.Create<StateValue, StateValue>(double.NaN, 1)));

        Assert.Equal(
            "test:1: the value of global/v cannot be read: it has a key that is NaN, which Lua does not allow. "
            + "Restore a backup, or save another value in its place",
            ScriptRun.FailureOf("State.load('global', 'v')", store: store).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c0")]
    [InlineData("c1")]
    [InlineData("0101")]
    [InlineData("92")]
    [InlineData("9201")]
    [InlineData("dd7fffffff01")]
    [InlineData("df7fffffff0101")]
    [InlineData("a5616263")]
    [InlineData("8180c3")]
    [InlineData("d40101")]
    [InlineData("81a161c0")]
    [InlineData("cfffffffffffffffff")]
    public void Damaged_bytes_are_an_error_and_never_more(string hex)
    {
        using StateStore store = new(new MemoryBackend());
        store.SaveBytes(("global", "v"), Convert.FromHexString(hex));

        LuaScriptException failure = ScriptRun.FailureOf("State.load('global', 'v')", store: store);

        Assert.StartsWith("test:1: the value of global/v cannot be read: ", failure.Message, StringComparison.Ordinal);
        Assert.IsType<StateCorruptException>(failure.InnerException);
    }

    [Fact]
    public void Random_bytes_are_read_or_refused()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        using StateStore store = new(new MemoryBackend());
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            bytes[0] = (byte)(random.Next(2) == 0 ? bytes[0] : 0x80 | (bytes[0] & 0x1F));
            store.SaveBytes(("global", "v" + i), bytes);
        }

        ScriptRun run = ScriptRun.Of(
            """
            local read = 0
            for i = 0, 2999 do
              local ok, message = pcall(State.load, 'global', 'v' .. i)
              if ok then read = read + 1 else assert(message:find('cannot be read', 1, true), message) end
            end
            assert(read > 0 and read < 3000)
            """,
            store: store);

        Assert.True(run.Failure is null, $"seed {seed}: {run.Failure?.Message}");
    }

    private const string RandomValues =
        """
        math.randomseed(SEED)
        local random = math.random
        local edges = { 0, -1, 1, 31, 32, 127, 128, -32, -33, 255, 256, 32767, 32768, 65535, 65536, -128, -129, -32768, -32769,
          math.maxinteger, math.mininteger, 2^31, 2^53, 2^63, -2^63, 1.0, -0.0, 0.0, 1/0, -1/0, 0/0, 5e-324, 1.7976931348623157e308, true, false }
        local function text(depth)
          local n = depth < 2 and random(20) == 1 and random(0, 70000) or random(0, 40)
          if random(3) == 1 then
            local bytes = {}
            for i = 1, math.min(n, 300) do bytes[i] = string.char(random(0, 255)) end
            return table.concat(bytes)
          end
          return ('abcü\u{10FFFF}\0'):rep(n // 6 + 1):sub(1, n)
        end
        local value
        local function key()
          local k
          repeat
            local kind = random(6)
            if kind <= 3 then k = text(9):sub(1, 40) elseif kind == 4 then k = random(-3, 30) elseif kind == 5 then k = random(0) * 1.0
            else k = edges[random(#edges)] end
          until k == k
          return k
        end
        function value(depth)
          local kind = random(depth > 3 and 3 or 6)
          if kind == 1 then return edges[random(#edges)] end
          if kind == 2 then return random(2) == 1 and random(0) or random() * 10 ^ random(-300, 300) end
          if kind == 3 then return text(depth) end
          local t = {}
          local n = depth < 2 and random(20) == 1 and random(0, 300) or random(0, 6)
          if kind == 4 then for i = 1, n do t[i] = value(depth + 1) end
          elseif kind == 5 then for i = 1, n do t[key()] = value(depth + 1) end
          else
            for i = 1, n do t[i] = value(depth + 1) end
            for i = 1, random(3) do t[random(2) == 1 and key() or random(1, n + 2)] = random(3) > 1 and value(depth + 1) or nil end
          end
          return t
        end
        local function same(a, b)
          if type(a) ~= 'table' then
            if a ~= a then return b ~= b end
            return a == b and math.type(a) == math.type(b) and (a ~= 0 or 1 / a == 1 / b)
          end
          if type(b) ~= 'table' then return false end
          for k, v in next, a do if not same(v, b[k]) then return false end end
          for k in next, b do if a[k] == nil then return false end end
          return true
        end
        for i = 1, 2000 do
          local original = value(0)
          State.save('global', 'v' .. i, original)
          local copy = State.load('global', 'v' .. i)
          assert(same(original, copy), 'value ' .. i)
        end
        """;
}
