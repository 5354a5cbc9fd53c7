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

    [Fact]
    public void A_value_of_a_damaged_store_that_is_nested_too_deep_ends_nobody_who_walks_it()
    {
        StateValue deepest = Nested(StateValue.MaxDepth, 1);
        Assert.Equal(deepest, StateValueJson.Parse(deepest.ToString()));
        Assert.Single(ValueDifferences.Between(deepest, Nested(StateValue.MaxDepth, 2)));

        StateValue damaged = Nested(100_000, 1);
        Assert.ThrowsAny<StateCorruptException>(damaged.ToString);
        Assert.ThrowsAny<StateCorruptException>(() => ValueDifferences.Between(damaged, Nested(100_000, 2)).Count());

        static StateValue Nested(int depth, byte innermost) =>
            StateValue.FromStored([.. Enumerable.Repeat((byte)0x91, depth), innermost]);
    }

    [Fact]
    public void Every_type_of_integers_becomes_an_integer()
    {
        StateValue[] values =
        [
            (byte)1, (sbyte)1, (short)1, (ushort)1, 1, 1U, 1L, 1UL, (nint)1, (nuint)1,
            StateValue.From((byte)1), StateValue.From((ushort)1), StateValue.From(1U), StateValue.From(1UL), StateValue.From(1),
        ];
        Assert.All(values, static value => Assert.Equal(1, value.AsInteger()));

        Assert.Equal(long.MaxValue, ((StateValue)(ulong)long.MaxValue).AsInteger());
    }

    [Fact]
    public void An_integer_larger_than_Luas_is_refused_and_not_rounded()
    {
        Assert.Contains("(double)value", Assert.Throws<ArgumentOutOfRangeException>(() => (StateValue)(1UL << 63)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => StateValue.From(ulong.MaxValue));
        Assert.Equal(9223372036854775808.0, ((StateValue)(double)(1UL << 63)).AsFloat());
    }
}
