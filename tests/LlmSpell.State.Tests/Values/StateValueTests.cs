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

    [Fact]
    public void What_is_put_together_of_large_values_is_refused_before_it_is_copied()
    {
        StateValue large = StateValue.From(new byte[StateValue.MaxBytes / 2]);
        StateValue[] many = [.. Enumerable.Repeat(large, 100)];

        Assert.Throws<ArgumentException>(() => StateValue.Array(many));
        Assert.Throws<ArgumentException>(() => StateValue.Map([.. many.Select((value, i) => KeyValuePair.Create(StateValue.From(i), value))]));
    }

    [Fact]
    public void A_value_of_a_damaged_store_says_so_when_it_is_looked_at()
    {
        StateValue cut = StateValue.FromStored([0x92, 0x01]);
        StateValue never = StateValue.FromStored([0xC1]);

        Assert.ThrowsAny<StateCorruptException>(() => cut.AsArray());
        Assert.ThrowsAny<StateCorruptException>(never.AsMap);
        Assert.ThrowsAny<StateCorruptException>(never.ToString);
    }
}
