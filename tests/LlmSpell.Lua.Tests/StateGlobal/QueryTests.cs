using System.Globalization;
using LlmSpell.State;
using LlmSpell.State.Sqlite;
using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.StateGlobal;

public sealed class QueryTests
{
    [Fact]
    public void Each_walks_a_scope_in_the_order_of_keys()
    {
        Assert.Equal("a=1 aa=2 b=false \naa=2 \n\n", ScriptRun.OutputOf(
            """
            State.save_many('s', { b = false, aa = 2, a = 1 })
            State.save('s2', 'x', 1)
            for key, value in State.each('s') do io.write(key, '=', tostring(value), ' ') end print()
            for key, value in State.each('s', 'aa') do io.write(key, '=', tostring(value), ' ') end print()
            for key, value in State.each('none') do io.write(key) end print()
            """));
    }

    [Theory]
    [InlineData("State.each()", "bad argument #1 to 'each' (string expected, got nil)")]
    [InlineData("State.each('s', {})", "bad argument #2 to 'each' (string expected, got table)")]
    [InlineData("State.count('')", "bad argument #1 to 'count' (the scope is empty)")]
    [InlineData("State.count('s', '\\xff')", "bad argument #2 to 'count' (it is not valid UTF-8)")]
    [InlineData("State.info('s')", "bad argument #2 to 'info' (string expected, got nil)")]
    public void Misuse_is_an_error_at_the_callers_line(string code, string message)
    {
        Assert.Equal($"test:2: {message}", ScriptRun.FailureOf("\n" + code).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1000)]
    public void Each_gives_every_entry_once_whatever_the_number_of_pages(int entries)
    {
        Assert.Equal($"{entries}\t{entries}\n", ScriptRun.OutputOf(
            $$"""
            for i = 1, {{entries}} do State.save('s', ('%05d'):format(i), i) end
            local n, last = 0, 0
            for key, value in State.each('s') do assert(tonumber(key) == value and value == last + 1) n, last = n + 1, value end
            print(n, last)
            """));
    }

    [Fact]
    public void Each_sees_what_the_loop_itself_does()
    {
        Assert.Equal("200\tfalse\t0\n50\n20\n", ScriptRun.OutputOf(
            """
            for i = 1, 200 do State.save('s', ('%03d'):format(i), i) end
            -- Deleting what it stands on, as a queue does.
            local n = 0
            for key, value in State.each('s') do State.delete('s', key) n = n + 1 end
            print(n, State.exists('s', '100'), State.count('s'))
            -- What is deleted ahead does not come; what is changed ahead comes with its new value.
            for i = 1, 100 do State.save('s', ('%03d'):format(i), 0) end
            n = 0
            for key, value in State.each('s') do
              local i = tonumber(key)
              if i % 2 == 1 then State.delete('s', ('%03d'):format(i + 1)) end
              State.update('s', ('%03d'):format(i + 2), function(old) return old and old + 1 end)
              assert(value == (i > 2 and 1 or 0), key)
              n = n + 1
            end
            print(n)
            -- A rollback is a change as well.
            State.clear('s')
            for i = 1, 20 do State.save('s', ('%03d'):format(i), 'kept') end
            n = 0
            for key, value in State.each('s') do
              pcall(State.transaction, function() State.clear('s') error() end)
              assert(value == 'kept')
              n = n + 1
            end
            print(n)
            """));
    }

    [Fact]
    public void Each_holds_nothing_between_two_steps_of_a_large_scope_while_another_writes()
    {
        const int Entries = 100_000;
        using TemporaryFolder folder = new();
        using StateStore store = new(SqliteBackend.Open(new SqliteOptions { Folder = folder["state"], BusyTimeout = TimeSpan.FromSeconds(30) }));
        store.Transact(transaction =>
        {
            for (int i = 0; i < Entries; i++)
            {
                transaction.Save(("s", i.ToString("D6", CultureInfo.InvariantCulture)), i);
            }
        });

        // Even keys are there all the time and must come once each; odd ones come and go.
        using CancellationTokenSource stop = new();
        Thread writer = new(() =>
        {
            Random random = new(7);
            while (!stop.IsCancellationRequested)
            {
                StateKey key = ("s", ((random.Next(Entries / 2) * 2) + 1).ToString("D6", CultureInfo.InvariantCulture));
                if (!store.Delete(key))
                {
                    store.Save(key, -1);
                }
            }
        });
        writer.Start();
        string output;
        try
        {
            output = ScriptRun.OutputOf(
                """
                local even, last, most = 0, '', 0
                for key, value in State.each('s') do
                  assert(key > last)
                  last = key
                  if tonumber(key) % 2 == 0 then
                    assert(value == tonumber(key))
                    even = even + 1
                  end
                  if even % 5000 == 0 then most = math.max(most, collectgarbage('count')) end
                end
                print(even, most < 4096 or most)
                """,
                store: store);
        }
        finally
        {
            stop.Cancel();
            writer.Join();
        }

        Assert.Equal($"{Entries / 2}\ttrue\n", output);
    }

    [Fact]
    public void Each_reads_large_values_one_or_a_few_at_a_time()
    {
        Assert.Equal("60\ttrue\n", ScriptRun.OutputOf(
            """
            local text = ('x'):rep(1 << 20)
            for i = 1, 60 do State.save('s', ('%02d'):format(i), text) end
            local n, most = 0, 0
            for key, value in State.each('s') do n = n + 1 collectgarbage() most = math.max(most, collectgarbage('count')) end
            print(n, most < 8 * 1024 or most)
            """));
    }

    [Fact]
    public void Each_that_fails_half_way_points_at_the_loop()
    {
        using StateStore store = new(new MemoryBackend());
        store.Transact(transaction =>
        {
            for (int i = 0; i < 300; i++)
            {
                transaction.Save(("s", i.ToString("D3", CultureInfo.InvariantCulture)), i);
            }

            transaction.SaveBytes(("s", "250"), [0xC1]);
        });

        LuaScriptException failure = ScriptRun.FailureOf("local n = 0\nfor key in State.each('s') do\n  n = n + 1\nend", store: store);

        Assert.StartsWith("test:2: the value of s/250 cannot be read: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Count_counts_the_keys_with_a_prefix()
    {
        Assert.Equal("3\t2\t0\t0\n", ScriptRun.OutputOf(
            "State.save_many('s', { a = 1, ab = 2, b = 3 }) print(State.count('s'), State.count('s', 'a'), State.count('s', 'x'), State.count('none'))"));
    }

    [Fact]
    public void Info_gives_the_time_and_the_size_of_what_is_stored()
    {
        FixedClock clock = new(DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000).AddMicroseconds(999_999));
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { TimeProvider = clock, FlushInterval = TimeSpan.Zero });

        Assert.Equal("1700000000\t1700000000999999\t6\tinteger\tnil\t2023\t100005\n", ScriptRun.OutputOf(
            """
            State.save('s', 'k', 'hello')
            local info = State.info('s', 'k')
            State.save('s', 'large', ('x'):rep(100000))
            print(info.modified_at, info.modified_at_us, info.size, math.type(info.modified_at), State.info('s', 'none'),
              os.date('!%Y', info.modified_at), State.info('s', 'large').size)
            """,
            store: store));
    }

    [Fact]
    public void The_fingerprint_is_the_stores()
    {
        using StateStore store = new(new MemoryBackend());

        string empty = ScriptRun.OutputOf("print(State.fingerprint())", store: store);
        string output = ScriptRun.OutputOf("State.save('s', 'k', 1) print(State.fingerprint())", store: store);

        Assert.Equal(new string('0', 32) + "\n", empty);
        Assert.Matches("^[0-9a-f]{32}\n$", output);
        Assert.Equal(store.ReadStatus().Fingerprint + "\n", output);
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
