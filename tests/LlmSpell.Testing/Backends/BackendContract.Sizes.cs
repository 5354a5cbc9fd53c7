using System.Buffers;
using LlmSpell.State;
using Xunit;

namespace LlmSpell.Testing.Backends;

public abstract partial class BackendContract
{
    [Fact]
    public void The_longest_scope_and_key_are_kept()
    {
        StateKey longest = new(new string('s', StateKey.MaxScopeBytes), new string('k', StateKey.MaxKeyBytes));
        StateKey shortest = new("s", "k");
        Save(longest, "longest");
        Save(shortest, "shortest");

        Assert.Equal("longest", Load(longest));
        Assert.Equal("shortest", Load(shortest));
        Assert.Equal([shortest, longest], StoreContent.Read(Backend).Select(entry => entry.Key));
        Delete(longest);
        Assert.Null(Load(longest));
    }

    // Around the sizes at which a backend may change where it keeps a value.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(900)]
    [InlineData(936)]
    [InlineData(937)]
    [InlineData(938)]
    [InlineData(939)]
    [InlineData(940)]
    [InlineData(941)]
    [InlineData(1000)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(70_000)]
    [InlineData(1 << 20)]
    public void A_value_of_any_size_is_kept_verbatim_through_every_change_of_size(int size)
    {
        byte[] value = new byte[size];
        new Random(size).NextBytes(value);
        foreach (byte[] next in (byte[][])[value, [1], value, new byte[2000], value])
        {
            using (IBackendTransaction transaction = Backend.BeginTransaction())
            {
                transaction.Put(("s", "k"), 1, next);
                transaction.Commit();
            }

            Assert.Equal([new Entry(("s", "k"), 1, next)], StoreContent.Read(Backend));
        }

        Delete(("s", "k"));
        Assert.Empty(StoreContent.Read(Backend));
    }

    [Fact]
    public void The_largest_value_is_kept()
    {
        byte[] value = new byte[StateValue.MaxBytes];
        new Random(1).NextBytes(value);
        using (IBackendTransaction transaction = Backend.BeginTransaction())
        {
            transaction.Put(("s", "k"), 1, value);
            transaction.Commit();
        }

        ArrayBufferWriter<byte> read = new(StateValue.MaxBytes);
        Assert.True(Backend.TryRead(("s", "k"), read, out _));
        Assert.True(read.WrittenSpan.SequenceEqual(value));
    }
}
