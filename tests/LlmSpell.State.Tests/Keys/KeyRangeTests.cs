namespace LlmSpell.State.Tests;

public sealed class KeyRangeTests
{
    [Fact]
    public void Ranges_and_their_ends_are_equal_if_their_bytes_are()
    {
        Assert.Equal(KeyRange.InScope("s"), KeyRange.WithPrefix("s"u8, []));
        Assert.Equal(KeyRange.InScope("s").GetHashCode(), KeyRange.WithPrefix("s"u8, []).GetHashCode());
        Assert.NotEqual(KeyRange.InScope("s"), KeyRange.WithPrefix("s"u8, "k"u8));
        Assert.NotEqual(KeyRange.InScope("s"), KeyRange.All);

        KeyBound bound = new("s"u8.ToArray(), "k"u8.ToArray());
        Assert.Equal(bound, new KeyBound("s"u8.ToArray(), "k"u8.ToArray()));
        Assert.NotEqual(bound, new KeyBound("sk"u8.ToArray(), default));
        Assert.NotEqual(bound, new KeyBound("s"u8.ToArray(), "l"u8.ToArray()));
    }
}
