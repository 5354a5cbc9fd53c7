using System.Globalization;
using System.Text;
using LlmSpell.State;
using LlmSpell.State.Sqlite;
using LlmSpell.Testing;
using LlmSpell.Testing.Backends;
using Xunit.Sdk;

namespace LlmSpell.Lua.Tests.StateGlobal;

/// <summary>Random scripts print what a dictionary says they should, over backends with conflicts too.</summary>
public sealed class ScriptModelTests
{
    private static readonly string[] Scopes = ["a", "b", "ü"];
    private static readonly string[] Keys = ["k", "ka", "kb", "l", "\uFFFD", "\U00010000"];

    [Theory]
    [InlineData("memory", 1)]
    [InlineData("memory", null)]
    [InlineData("sqlite", 2)]
    [InlineData("sqlite", null)]
    public void A_random_script_does_what_the_model_does(string backend, int? fixedSeed)
    {
        int seed = fixedSeed ?? Random.Shared.Next();
        using TemporaryFolder folder = new();
        IStateBackend inner = backend == "memory" ? new MemoryBackend() : SqliteBackend.Open(new SqliteOptions { Folder = folder["state"] });
        ConflictingBackend conflicting = new(inner, new Random(seed), probability: 0.02);
        using StateStore store = new(conflicting);
        ScriptWriter writer = new(new Random(seed));
        writer.Write(steps: 400);
        string output = ScriptRun.OutputOf(writer.Code, store: store);
        try
        {
            Assert.Equal(writer.Expected.Split('\n'), output.Split('\n'));
            Assert.True(conflicting.Conflicts > 0, "no conflict was met");
            StoreContent.Check(inner);
        }
        catch (Exception exception)
        {
            throw new XunitException($"With the seed {seed}: {exception.Message}\n{writer.Code}", exception);
        }
    }

    /// <summary>Writes a script and what it is to print. Values are integers and strings.</summary>
    private sealed class ScriptWriter(Random random)
    {
        private readonly StringBuilder _code = new("local function show(v) return v == nil and 'nil' or tostring(v) end\nlocal out = {}\n");
        private readonly StringBuilder _expected = new();
        private SortedDictionary<StateKey, object> _state = [];

        internal string Code => _code.ToString();

        internal string Expected => _expected.ToString();

        internal void Write(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                if (random.Next(4) == 0)
                {
                    Transaction();
                }
                else
                {
                    List<string> lines = [];
                    _code.Append("out = {}\n");
                    Step(lines);
                    Print(lines);
                }
            }
        }

        private void Transaction()
        {
            SortedDictionary<StateKey, object> before = new(_state);
            List<string> lines = [];
            _code.Append("print(pcall(State.transaction, function()\nout = {}\n");
            bool isBroken = Block(lines, depth: 1);
            bool fails = random.Next(3) == 0;
            _code.Append(fails ? "error('no', 0)\n" : "return 'done'\n").Append("end))\n");
            isBroken &= !fails;
            _expected.Append(fails ? "false\tno\n" : isBroken
                ? "false\tthe transaction was rolled back: a transaction inside it failed\n"
                : "true\tdone\n");
            if (fails || isBroken)
            {
                _state = before;
            }

            Print(lines);
        }

        /// <returns>Whether a nested transaction failed.</returns>
        private bool Block(List<string> lines, int depth)
        {
            bool isBroken = false;
            for (int i = random.Next(5); i >= 0; i--)
            {
                if (depth < 3 && random.Next(8) == 0)
                {
                    _code.Append("do local ok = pcall(State.transaction, function()\n");
                    isBroken |= Block(lines, depth + 1);
                    bool fails = random.Next(4) == 0;
                    _code.Append(fails ? "error('inner', 0)\n" : "").Append("end) out[#out + 1] = show(ok) end\n");
                    lines.Add(fails ? "false" : "true");
                    isBroken |= fails;
                }
                else
                {
                    Step(lines);
                }
            }

            return isBroken;
        }

        private void Step(List<string> lines)
        {
            StateKey key = new(Scopes[random.Next(Scopes.Length)], Keys[random.Next(Keys.Length)]);
            string arguments = $"'{key.ScopeText}', '{key.KeyText}'";
            object? present = _state.GetValueOrDefault(key);
            object? value = random.Next(4) switch { 0 => null, 1 => "text" + random.Next(3), _ => (long)random.Next(4) };
            switch (random.Next(12))
            {
                case 0:
                    Line(lines, $"State.delete({arguments})", _state.Remove(key) ? "true" : "false");
                    break;
                case 1:
                    Line(lines, $"State.exists({arguments})", present is null ? "false" : "true");
                    break;
                case 2 when present is null or long:
                    Set(key, ((long?)present ?? 0) + 3);
                    Line(lines, $"State.increment({arguments}, 3)", Show(_state[key]));
                    break;
                case 2:
                    Line(lines, $"pcall(State.increment, {arguments})", "false");
                    break;
                case 3:
                    object? old = random.Next(2) == 0 ? present : 1L;
                    bool equal = Equals(old, present);
                    if (equal)
                    {
                        Set(key, value);
                    }

                    Line(lines, $"State.compare_and_swap({arguments}, {Literal(old)}, {Literal(value)})", equal ? "true" : "false");
                    break;
                case 4:
                    Set(key, value);
                    Line(lines, $"State.update({arguments}, function(old) assert(old == {Literal(present)}) return {Literal(value)} end)", Show(value));
                    break;
                case 5:
                    Set(new StateKey(key.ScopeText, "k"), 7L);
                    Set(new StateKey(key.ScopeText, "l"), "many");
                    Line(lines, $"State.save_many('{key.ScopeText}', {{ k = 7, l = 'many' }})", "2");
                    break;
                case 6:
                    Line(
                        lines,
                        $"(function() local t = State.load_many('{key.ScopeText}', {{ 'k', '{key.KeyText}' }}) return show(t.k) .. show(t['{key.KeyText}']) end)()",
                        Show(_state.GetValueOrDefault((key.ScopeText, "k"))) + Show(present));
                    break;
                case 7:
                    Line(lines, $"State.count('{key.ScopeText}', 'k')", In(key.ScopeText).Count(entry => entry.Key.KeyText[0] == 'k').ToString(CultureInfo.InvariantCulture));
                    break;
                case 8:
                    Line(
                        lines,
                        $"(function() local s = '' for k, v in State.each('{key.ScopeText}') do s = s .. k .. show(v) end return s .. table.concat(State.list_scopes()) end)()",
                        string.Concat(In(key.ScopeText).Select(entry => entry.Key.KeyText + Show(entry.Value)))
                        + string.Concat(_state.Keys.Select(entry => entry.ScopeText).Distinct()));
                    break;
                case 9 when random.Next(3) == 0:
                    int cleared = In(key.ScopeText).Count();
                    _state = new(_state.Where(entry => entry.Key.ScopeText != key.ScopeText).ToDictionary());
                    Line(lines, $"State.clear('{key.ScopeText}')", cleared.ToString(CultureInfo.InvariantCulture));
                    break;
                case 10:
                    Line(lines, $"table.concat(State.list_keys('{key.ScopeText}'), ' ')", string.Join(' ', In(key.ScopeText).Select(entry => entry.Key.KeyText)));
                    break;
                default:
                    Set(key, value);
                    Line(lines, $"State.save({arguments}, {Literal(value)}) or State.load({arguments})", Show(value));
                    break;
            }
        }

        private IEnumerable<KeyValuePair<StateKey, object>> In(string scope) => _state.Where(entry => entry.Key.ScopeText == scope);

        private void Set(StateKey key, object? value)
        {
            if (value is null)
            {
                _state.Remove(key);
            }
            else
            {
                _state[key] = value;
            }
        }

        private void Line(List<string> lines, string expression, string expected)
        {
            _code.Append(CultureInfo.InvariantCulture, $"out[#out + 1] = show(({expression}))\n");
            lines.Add(expected);
        }

        private void Print(List<string> lines)
        {
            _code.Append("print(table.concat(out, ';'))\n");
            _expected.AppendJoin(';', lines).Append('\n');
        }

        private static string Show(object? value) => value is null ? "nil" : Convert.ToString(value, CultureInfo.InvariantCulture)!;

        private static string Literal(object? value) => value is string text ? $"'{text}'" : Show(value);
    }
}
