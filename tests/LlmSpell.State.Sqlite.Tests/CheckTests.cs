using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>Damages a sound store behind its back, and looks at what a check says.</summary>
public sealed class CheckTests(ITestOutputHelper output) : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("UPDATE entries SET value = x'02' WHERE key = 'small'", "s", "small", "does not match the hash")]
    [InlineData("UPDATE entries SET hash = zeroblob(16) WHERE key = 'small'", "s", "small", "does not match the hash")]
    [InlineData("UPDATE entries SET hash = x'00' WHERE key = 'small'", "s", "small", "a hash of 1 bytes")]
    [InlineData("UPDATE entries SET key = 'other' WHERE key = 'small'", "s", "other", "does not match the hash")]
    [InlineData("UPDATE entries SET key = cast(x'FF' AS TEXT) WHERE key = 'small'", "s", "\uFFFD", "not valid UTF-8")]
    [InlineData("UPDATE entries SET key = '' WHERE key = 'small'", "s", "", "key that is empty")]
    [InlineData("UPDATE large_values SET value = zeroblob(5000)", "s", "large", "does not match the hash")]
    [InlineData("DELETE FROM large_values", "s", "large", "has lost the value")]
    [InlineData("DELETE FROM entries WHERE key = 'small'", null, null, "says that it has 2 entries, but 1 are there")]
    [InlineData("INSERT INTO entries VALUES('s', 'new', 1, zeroblob(16), NULL, x'01')", "s", "new", "does not match the hash")]
    [InlineData("UPDATE meta SET fingerprint = zeroblob(16)", null, null, "its fingerprint is 0000")]
    [InlineData("UPDATE meta SET entries = 7", null, null, "7 entries, but 2 are there")]
    [InlineData("INSERT INTO large_values(value) VALUES(x'01')", null, null, "large_values has 2 rows, but 1 entries")]
    [InlineData("UPDATE entries SET value = x'01' WHERE key = 'large'", null, null, "1 entries name a row of large_values, but only 0")]
    [InlineData("DELETE FROM changes WHERE sequence = 1", null, null, "should hold the changes 1 to 3, but holds 2, from 2 to 3")]
    [InlineData("UPDATE changes SET sequence = 9 WHERE sequence = 3", null, null, "from 1 to 9")]
    [InlineData("UPDATE changes SET replaced = x'00' WHERE sequence = 1", null, null, "1 changes have a hash")]
    public void An_edit_with_another_tool_is_named(string statement, string? scope, string? key, string message)
    {
        Fill();
        Edit(statement);

        StoreCheckReport report = Check();

        Assert.False(report.IsSound);
        StoreProblem problem = report.Problems.First(problem => problem.Message.Contains(message, StringComparison.Ordinal));
        Assert.Equal((scope, key), (problem.Scope, problem.Key));
    }

    [Fact]
    public void An_entry_that_was_edited_together_with_its_hash_does_not_fit_the_fingerprint()
    {
        Fill();
        EntryHash forged = EntryHash.Of(("s", "small"), [2]);
        Edit($"UPDATE entries SET value = x'02', hash = x'{forged}' WHERE key = 'small'");

        StoreProblem problem = Assert.Single(Check().Problems);

        Assert.Contains("its entries add up to", problem.Message, StringComparison.Ordinal);
        Assert.Null(problem.Key);
    }

    [Fact]
    public void Any_byte_that_changes_in_what_is_stored_is_found()
    {
        Fill();
        byte[] sound = File.ReadAllBytes(_folder.File);
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        int found = 0;
        int opened = 0;
        for (int run = 0; run < 300; run++)
        {
            byte[] damaged = [.. sound];
            int place = random.Next(damaged.Length);
            damaged[place] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(_folder.File, damaged);
            try
            {
                StoreCheckReport report = Check();
                opened++;
                found += report.IsSound ? 0 : 1;

                // Bytes that nothing uses may differ: then everything is there as it was saved.
                if (report.IsSound)
                {
                    AssertContent();
                }
            }
            catch (StateException)
            {
                found++;
            }
        }

        Assert.True(found > 0 && opened > 0, $"{found} of 300 were found, {opened} could be opened");
        File.WriteAllBytes(_folder.File, sound);
        Assert.Empty(Check().Problems);
    }

    [Fact]
    public void A_file_that_lost_its_second_half_is_found()
    {
        using (SqliteBackend backend = _folder.Open())
        {
            using IBackendTransaction transaction = backend.BeginTransaction();
            for (int i = 0; i < 2_000; i++)
            {
                transaction.Put(("s", $"{i:D5}"), 1, StateValue.From(new string('x', 300)).Bytes.Span);
            }

            transaction.Commit();
        }

        byte[] sound = File.ReadAllBytes(_folder.File);
        sound.AsSpan(sound.Length / 2).Clear();
        File.WriteAllBytes(_folder.File, sound);

        StoreCheckReport report = Check();

        Assert.Contains(report.Problems, problem => problem.Message.Contains("cannot be read", StringComparison.Ordinal));
        Assert.Contains(report.Problems, problem => problem.Message.StartsWith("SQLite finds", StringComparison.Ordinal));
    }

    [Fact]
    public void A_check_that_is_cancelled_ends_with_that_and_leaves_the_state_usable()
    {
        using SqliteBackend backend = _folder.Open();
        using IStateSnapshot snapshot = backend.OpenSnapshot();
        Assert.Throws<OperationCanceledException>(() => snapshot.CheckStorage(10, new CancellationToken(canceled: true)));
        Assert.Empty(snapshot.CheckStorage(10, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_statement_that_never_ends_is_interrupted()
    {
        _folder.Open().Dispose();
        using var connection = Connection.Open(_folder.File, OpenMode.ReadWrite, new BusyWait(TimeSpan.Zero, TimeProvider.System));
        Task endless = Task.Run(
            () => connection.QueryInt64("WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) SELECT count(*) FROM numbers"),
            TestContext.Current.CancellationToken);

        // What comes before the statement runs has no effect.
        while (!endless.IsCompleted)
        {
            connection.Interrupt();
            await Task.Yield();
        }

        await Assert.ThrowsAsync<StateStorageException>(() => endless);
        Assert.Equal(1, connection.QueryInt64("SELECT 1"));
    }

    [Fact]
    public void A_check_changes_nothing()
    {
        Fill();
        byte[] before = File.ReadAllBytes(_folder.File);

        Assert.Empty(Check().Problems);

        Assert.Equal(before, File.ReadAllBytes(_folder.File));
    }

    private void Fill()
    {
        using SqliteBackend backend = _folder.Open();
        foreach ((string key, StateValue value) in ((string, StateValue)[])[("small", 0), ("small", 1), ("large", new string('x', 4_990))])
        {
            using IBackendTransaction transaction = backend.BeginTransaction();
            transaction.Put(("s", key), 1, value.Bytes.Span);
            transaction.Commit();
        }
    }

    private StateStore OpenStore() => new(_folder.Open(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });

    private void AssertContent()
    {
        using StateStore store = OpenStore();
        Assert.Equal(["large", "small"], store.ListKeys("s"));
        Assert.Equal(1, store.Load(("s", "small"))!.AsInteger());
        Assert.Equal(new string('x', 4_990), store.Load(("s", "large"))!.AsString());
    }

    private StoreCheckReport Check()
    {
        using StateStore store = OpenStore();
        return store.Check(TestContext.Current.CancellationToken);
    }

    private void Edit(string statement)
    {
        using Connection connection = DatabaseFile.Open(_folder.File);
        connection.Execute(statement);
    }
}
