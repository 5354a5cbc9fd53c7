using LlmSpell.State;

namespace LlmSpell.Lua.Tests.StateGlobal;

public sealed class ManyTests
{
    [Fact]
    public void Save_many_saves_each_field_and_counts_them()
    {
        Assert.Equal("5\tfalse\tfive\t2.5\t1\t0\n", ScriptRun.OutputOf(
            """
            local saved = State.save_many('s', { no = false, [5] = 'five', [2.5] = 2.5, ['5.5'] = 1, t = {} })
            print(saved, State.load('s', 'no'), State.load('s', '5'), State.load('s', '2.5'), State.load('s', 5.5), State.save_many('s', {}))
            """));
    }

    [Theory]
    [InlineData("State.save_many('s', { a = 1, b = { c = print }, d = 2 })", "b.c: a function cannot be stored")]
    [InlineData("State.save_many('s', { a = 1, [7] = print })", "7: a function cannot be stored")]
    [InlineData("State.save_many('s', { a = 1, [''] = 2 })", "bad argument #2 to 'save_many' (a key of the table: the key is empty)")]
    [InlineData("State.save_many('s', { a = 1, [true] = 2 })", "bad argument #2 to 'save_many' (a key of the table: string expected, got boolean)")]
    [InlineData("State.save_many('s', { a = 1, [5] = 2, ['5'] = 3 })", "bad argument #2 to 'save_many' (two keys of the table have the same text, '5')")]
    [InlineData("State.save_many('s', { [0.1 + 0.2] = 1, [0.3] = 2 })", "bad argument #2 to 'save_many' (two keys of the table have the same text, '0.3')")]
    [InlineData("State.save_many('s')", "bad argument #2 to 'save_many' (table expected, got nil)")]
    [InlineData("State.save_many({}, 's')", "bad argument #1 to 'save_many' (string expected, got table; State's functions are called with a dot, not with a colon)")]
    [InlineData("State.load_many('s', 'a')", "bad argument #2 to 'load_many' (table expected, got string)")]
    [InlineData("State.load_many('s', { 'a', {} })", "bad argument #2 to 'load_many' (element 2: string expected, got table)")]
    [InlineData(
        "local t = { [5] = 'k', [9] = 'k' } for i = 0, 40 do t[1 << i] = 'k' end assert(#t > 1 << 32, #t) State.load_many('s', t)",
        "bad argument #2 to 'load_many' (element 3: string expected, got nil)")]
    [InlineData("State.load_many('s', { 'a', ('k'):rep(1025) })", "bad argument #2 to 'load_many' (element 2: the key is 1025 bytes long; at most 1024 bytes of UTF-8 are allowed)")]
    public void Misuse_is_an_error_at_the_callers_line_and_saves_nothing(string code, string message)
    {
        using StateStore store = new(new MemoryBackend());

        Assert.Equal($"test:2: {message}", ScriptRun.FailureOf("\n" + code, store: store).Message);
        Assert.Equal(0, store.ReadStatus().Entries);
    }

    [Fact]
    public void Load_many_gives_what_is_there_by_the_keys_as_they_were_written()
    {
        Assert.Equal("1\tfive\tnil\t2\tnil\tfalse\n0\n", ScriptRun.OutputOf(
            """
            State.save_many('s', { a = 1, [5] = 'five', b = { 2 }, no = false })
            local values = State.load_many('s', { 'a', 5, 'missing', 'b', 'a', 'no' })
            print(values.a, values[5], values['5'], values.b[1], values.missing, values.no)
            local n = 0 for _ in pairs(State.load_many('s', {})) do n = n + 1 end print(n)
            """));
    }

    [Fact]
    public async Task Load_many_sees_one_moment_while_another_script_writes()
    {
        using StateStore store = new(new MemoryBackend());
        store.SaveMany([KeyValuePair.Create(new StateKey("s", "a"), (StateValue)0), KeyValuePair.Create(new StateKey("s", "b"), (StateValue)0)]);
        Task writer = Task.Run(
            () => ScriptRun.OutputOf("for i = 1, 2000 do State.save_many('s', { a = i, b = i }) end State.save('s', 'done', true)", store: store),
            TestContext.Current.CancellationToken);

        ScriptRun.OutputOf(
            """
            repeat
              local values = State.load_many('s', { 'a', 'b', 'done' })
              assert(values.a == values.b, 'two moments in one answer')
            until values.done
            """,
            store: store);
        await writer;
    }

    [Fact]
    public void Finalizers_that_change_the_tables_meanwhile_do_no_harm()
    {
        Assert.Equal("true\n", ScriptRun.OutputOf(
            """
            collectgarbage('generational')
            local target
            local function litter()
              for i = 1, 3 do
                setmetatable({}, { __gc = function()
                  for k = 1, 40 do target[k] = nil end
                  for k = 1, 90 do target['new' .. k] = k end
                end })
              end
            end
            for round = 1, 300 do
              target = {}
              for k = 1, 40 do target[k + 0.5 * (k % 2)] = ('v'):rep(k) end
              litter()
              pcall(State.save_many, 's', target)
              target = {}
              for k = 1, 40 do target[k] = k end
              litter()
              State.load_many('s', target)
            end
            print(State.count('s') >= 40)
            """));
    }
}
