using System.Globalization;
using LlmSpell.Testing;
using LlmSpell.Testing.Backends;
using LlmSpell.Testing.Processes;

namespace LlmSpell.State.RocksDb.Tests;

/// <summary>What was flushed, on a real file system that forgets the rest.</summary>
public sealed class LostPowerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>RocksDB flushes only the log that it began itself.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_process_saved_that_was_killed_is_flushed_by_the_next(bool closes)
    {
        using LosableDisk disk = new(Path.Combine(_folder.Path, "disk"));
        int saved = SaveAndBeKilled(disk.Path);
        RocksDbBackend? backend = RocksDbBackend.Open(new RocksDbOptions { Folder = disk.Path });
        try
        {
            backend.Flush();
            if (closes)
            {
                backend.Dispose();
                backend = null;
            }

            using LosableDisk after = disk.LosePower(Path.Combine(_folder.Path, "after"));
            using var found = RocksDbBackend.Open(new RocksDbOptions { Folder = after.Path });
            Assert.True(found.ReadStatus().Entries >= saved, $"{saved} were saved, {found.ReadStatus().Entries} are there");
            StoreContent.Check(found);
        }
        finally
        {
            backend?.Dispose();
        }
    }

    // The worker flushes only when it ends.
    private static int SaveAndBeKilled(string folder)
    {
        using Worker worker = new("rocksdb", "save", folder, "s");
        int saved = 0;
        while (saved < 300)
        {
            saved = 1 + int.Parse(worker.Read()!, CultureInfo.InvariantCulture);
        }

        worker.Kill();
        return saved;
    }
}
