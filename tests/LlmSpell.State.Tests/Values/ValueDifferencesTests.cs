namespace LlmSpell.State.Tests.Values;

public sealed class ValueDifferencesTests
{
    [Fact]
    public void Of_pairs_with_the_same_key_the_last_one_counts()
    {
        StateValue twice = StateValue.Map(KeyValuePair.Create<StateValue, StateValue>("a", 1), KeyValuePair.Create<StateValue, StateValue>("a", 2));
        StateValue once = StateValue.Map(KeyValuePair.Create<StateValue, StateValue>("a", 2));
        StateValue none = StateValue.Map();

        Assert.Empty(ValueDifferences.Between(twice, once));
        Assert.Empty(ValueDifferences.Between(once, twice));
        Assert.Equal([new ValueDifference(".a", null, 2)], ValueDifferences.Between(none, twice));
        Assert.Equal([new ValueDifference(".a", 2, null)], ValueDifferences.Between(twice, none));
    }

    [Theory]
    [InlineData("1", "1", "")]
    [InlineData("1", "1.0", ": 1 -> 1.0")]
    [InlineData("{\"a\":1}", "[1]", ": {\"a\":1} -> [1]")]
    [InlineData("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", "")]
    [InlineData("{\"a\":1,\"b\":2}", "{\"b\":3,\"c\":1}", ".a: 1 -> none | .b: 2 -> 3 | .c: none -> 1")]
    [InlineData("[1,2,3]", "[1,4]", "[2]: 2 -> 4 | [3]: 3 -> none")]
    [InlineData("{\"a b\":{\"x\":[true]},\"1\":0}", "{\"a b\":{\"x\":[false]},\"1\":1}", "[\"a b\"].x[1]: true -> false | [\"1\"]: 0 -> 1")]
    [InlineData("{\"end\":{\"ends\":1}}", "{\"end\":{\"ends\":2}}", "[\"end\"].ends: 1 -> 2")]
    [InlineData("{\"q\\\"\\n\":1}", "{}", "[\"q\\\"\\n\"]: 1 -> none")]
    public void Fields_and_elements_that_differ_are_named_as_Lua_writes_them(string before, string after, string expected)
    {
        IEnumerable<string> found = ValueDifferences.Between(StateValueJson.Parse(before), StateValueJson.Parse(after))
            .Select(static difference => $"{difference.Path}: {difference.Before?.ToString() ?? "none"} -> {difference.After?.ToString() ?? "none"}");
        Assert.Equal(expected, string.Join(" | ", found));
    }
}
