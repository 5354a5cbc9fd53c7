using System.Text;

namespace LlmSpell.Lua.Tests.Limits;

/// <summary>What stands around Lua's own functions while there are limits gives the same results and errors as they do.</summary>
public sealed class GuardTests
{
    [Theory]
    [InlineData("table.concat({})")]
    [InlineData("table.concat({ 1, 'a', 2.5 }, ', ')")]
    [InlineData("table.concat({ 'a', 'b', 'c' }, '-', 2, 3)")]
    [InlineData("table.concat({ 'a' }, '-', 2)")]
    [InlineData("table.concat({ 'a', {}, 'c' })")]
    [InlineData("table.concat({ 'a' }, '', 1, 3)")]
    [InlineData("table.concat({ 'a' }, {})")]
    [InlineData("table.concat({ 'a' }, '', 'x')")]
    [InlineData("table.concat()")]
    [InlineData("table.concat('text')")]
    [InlineData("table.concat(proxy({ 'a', 'b', 3 }), ' ')")]
    [InlineData("table.concat(proxy({ 'a', 'b', 3 }), ' ', 2)")]
    [InlineData("table.concat(proxy({ 'a', 'b', 3 }), ' ', '2', 3.0)")]
    [InlineData("table.concat(proxy({ 'a', 'b', 3 }), ' ', 3, 2)")]
    [InlineData("table.concat(proxy({ 'a', true, print }), ' ')")]
    [InlineData("table.concat(proxy({ 'a' }), ' ', -1, 1)")]
    [InlineData("table.concat(proxy({ 'a' }), {})")]
    [InlineData("table.concat(proxy({ 'a' }), '', 1, 2.5)")]
    [InlineData("table.concat(setmetatable({ 'a', 'b' }, {}), ',')")]
    [InlineData("table.concat(setmetatable({ 'a' }, { __len = function() return 'x' end }))")]
    [InlineData("table.concat(setmetatable({ 'a' }, { __len = function() error('no length') end }))")]
    [InlineData("(function() local t = {} table.insert(t, 'a') table.insert(t, 1, 'b') return table.concat(t) end)()")]
    [InlineData("table.insert({}, 3, 'a')")]
    [InlineData("table.insert({}, 'x', 'a')")]
    [InlineData("table.insert({})")]
    [InlineData("table.insert(proxy({}), 2, 'a')")]
    [InlineData("table.insert(nil, 1)")]
    [InlineData("table.remove({ 'a', 'b' })")]
    [InlineData("table.remove({ 'a', 'b' }, 1)")]
    [InlineData("table.remove({ 'a', 'b' }, 5)")]
    [InlineData("table.remove(proxy({ 'a', 'b' }), 1)")]
    [InlineData("table.remove(proxy({ 'a', 'b' }), 7)")]
    [InlineData("table.concat(table.move({ 'a', 'b', 'c' }, 1, 2, 2))")]
    [InlineData("table.move({}, 1, math.maxinteger, 2)")]
    [InlineData("table.move({}, 1, 'x', 2)")]
    [InlineData("(function() local t = { 3, 1, 2 } table.sort(t) return table.concat(t) end)()")]
    [InlineData("(function() local t = { 3, 1, 2 } table.sort(t, function(a, b) return a > b end) return table.concat(t) end)()")]
    [InlineData("table.sort({ 3, 'a', 2 })")]
    [InlineData("table.sort({ 1, 2 }, 'x')")]
    [InlineData("string.rep('ab', 3, ',')")]
    [InlineData("string.rep('', 5)")]
    [InlineData("string.rep('a', 'x')")]
    [InlineData("xpcall(error, function(m) return 'handled ' .. m end, 'x')")]
    [InlineData("xpcall(error)")]
    public void A_guarded_function_answers_as_the_one_that_it_guards(string call)
    {
        string code = $$"""
            function proxy(content)
              return setmetatable({}, {
                __index = function(_, key) return content[key] end,
                __newindex = function(_, key, value) content[key] = value end,
                __len = function() return #content end,
              })
            end
            print(pcall(function()
              local results = table.pack({{call}})
              return table.unpack(results, 1, results.n)
            end))
            """;

        Assert.Equal(OutputOf(code, timeLimit: null), OutputOf(code, TimeSpan.FromMinutes(10)));
    }

    private static string OutputOf(string code, TimeSpan? timeLimit)
    {
        MemoryStream output = new();
        using LuaHost host = new(new LuaHostOptions { Output = output, TimeLimit = timeLimit });
        host.RunString(code, "test");
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
