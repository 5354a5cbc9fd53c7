namespace LlmSpell.State.Tests;

public sealed class StateValueTests
{
    [Fact]
    public void Null_stands_in_no_array_and_in_no_map()
    {
        Assert.Throws<ArgumentNullException>(() => StateValue.Array(1, null!));
        Assert.Throws<ArgumentNullException>(() => StateValue.Map(KeyValuePair.Create<StateValue, StateValue>("key", null!)));
        Assert.Throws<ArgumentNullException>(() => StateValue.Map(KeyValuePair.Create<StateValue, StateValue>(null!, 1)));
        Assert.Throws<ArgumentNullException>(() => StateValue.Map(new Dictionary<string, StateValue> { ["key"] = null! }));
    }
}
