using LlmSpell.State.Sqlite.Native;
using LlmSpell.Testing;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>Copies between this backend and others.</summary>
public sealed class StateCopyTests(ITestOutputHelper output) : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly StoreFolder _other = new();

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void Random_states_are_the_same_from_file_to_memory_to_another_file()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        StateModel model = new();
        using StateStore file = Open(_folder);
        using StateStore memory = new(new MemoryBackend());
        using StateStore other = Open(_other);
        for (int round = 0; round < 10; round++)
        {
            model.Mutate(file, random, 60);
            Copy(file, memory);
            Copy(memory, other);

            model.AssertEquals(other);
            Assert.Equal(StateContent.Read(file), StateContent.Read(other));
            Assert.True(other.Check(TestContext.Current.CancellationToken).IsSound);
        }
    }

    [Theory]
    [InlineData("UPDATE entries SET value = x'02' WHERE key = 'small'", "entry s/small of the source is damaged: it does not match the hash")]
    [InlineData("UPDATE entries SET hash = zeroblob(16) WHERE key = 'small'", "entry s/small of the source is damaged: it does not match the hash")]
    [InlineData("UPDATE entries SET key = '' WHERE key = 'small'", "it has a key that is empty")]
    [InlineData("UPDATE large_values SET value = zeroblob(5000)", "entry s/large of the source is damaged: it does not match the hash")]
    [InlineData("DELETE FROM large_values", "entry s/large of the source is damaged: The state in")]
    [InlineData("DELETE FROM entries WHERE key = 'small'", "The source says that it has 2 entries with fingerprint")]
    [InlineData("UPDATE meta SET fingerprint = zeroblob(16)", "The source says that it has 2 entries with fingerprint 0000")]
    public void Damage_in_the_source_is_named_and_leaves_the_target_as_it_was(string statement, string message)
    {
        using (StateStore store = Open(_folder))
        {
            store.Save(("s", "small"), 1);
            store.Save(("s", "large"), new string('x', 4_990));
        }

        using (Connection connection = DatabaseFile.Open(_folder.File))
        {
            connection.Execute(statement);
        }

        using StateStore source = Open(_folder);
        using StateStore target = Open(_other);
        target.Save(("t", "kept"), 1);
        StoreStatus before = target.ReadStatus();

        StateCorruptException error = Assert.Throws<StateCorruptException>(() => Copy(source, target));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("The target is as it was.", error.Hint, StringComparison.Ordinal);
        Assert.Equal(before, target.ReadStatus());
        Assert.Single(StateContent.Read(target));
    }

    private static StateStore Open(StoreFolder folder) => new(folder.Open(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });

    private static void Copy(StateStore source, StateStore target)
    {
        using StateCopy copy = StateCopy.Begin(source, target);
        copy.Run(cancellationToken: TestContext.Current.CancellationToken);
    }
}
