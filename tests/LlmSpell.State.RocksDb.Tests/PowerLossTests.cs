using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Locking;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

/// <summary>
/// What a power loss takes from the log is what was written after the last flush. The store is copied while it is open, and the log of the copy cut
/// off: anything up to what was flushed may be missing, and nothing else.
/// </summary>
public sealed class PowerLossTests(ITestOutputHelper output) : IDisposable
{
    private readonly StoreFolder _live = new();
    private readonly StoreFolder _after = new();

    public void Dispose()
    {
        _live.Dispose();
        _after.Dispose();
    }

    [Fact]
    public void What_was_flushed_is_there_however_much_of_the_log_is_lost()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        List<List<Entry>> moments = [];
        int flushedMoment = 0;
        long flushedLength = 0;
        using (RocksDbBackend backend = _live.Open())
        {
            Worked.Fill(backend, seed);
            for (int round = 0; round < 30; round++)
            {
                Worked.Save(backend, random, round);
                moments.Add(StoreContent.Read(backend));
                if (round == 14)
                {
                    backend.Flush();
                    flushedMoment = moments.Count - 1;
                    flushedLength = _live.NewestLog.Length;
                }
            }

            Worked.Copy(_live.Store, _after.Store);
        }

        string crashed = _after.Store + ".crashed";
        Worked.Copy(_after.Store, crashed);
        for (int attempt = 0; attempt < 25; attempt++)
        {
            Worked.Copy(crashed, _after.Store);
            FileInfo log = _after.NewestLog;
            long kept = random.NextInt64(flushedLength, log.Length + 1);
            using (FileStream stream = log.OpenWrite())
            {
                stream.SetLength(kept);
            }

            using RocksDbBackend backend = _after.Open();
            StoreContent.Check(backend);
            List<Entry> content = StoreContent.Read(backend);
            int moment = moments.FindLastIndex(content.SequenceEqual);
            Assert.True(moment >= flushedMoment, $"kept {kept} of {log.Length}: moment {moment}, flushed was {flushedMoment}");
        }
    }

    [Fact]
    public void A_log_that_ends_before_what_was_flushed_is_an_error()
    {
        using (RocksDbBackend backend = _live.Open())
        {
            Worked.Fill(backend, seed: 1);
            backend.Flush();
        }

        FileInfo log = _live.NewestLog;
        using (FileStream stream = log.OpenWrite())
        {
            stream.SetLength(log.Length / 2);
        }

        StateCorruptException error = Assert.Throws<StateCorruptException>(() => _live.Open());
        Assert.Contains("was safe on the disk", error.Message, StringComparison.Ordinal);
        Assert.Throws<StateCorruptException>(() => _live.Open());
    }

    [Fact]
    public void After_a_process_died_and_the_machine_went_on_a_hole_in_the_log_is_an_error()
    {
        using (RocksDbBackend backend = _live.Open())
        {
            Worked.Fill(backend, seed: 1);
            Worked.Copy(_live.Store, _after.Store);
        }

        string holder = new StorePaths(_after.Path).Holder;
        Assert.True(File.Exists(holder));
        FileInfo log = _after.NewestLog;
        byte[] bytes = File.ReadAllBytes(log.FullName);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(log.FullName, bytes);

        // Each time: what failed to open leaves everything as it was, who had it last too.
        for (int i = 0; i < 2; i++)
        {
            StateCorruptException error = Assert.Throws<StateCorruptException>(() => _after.Open());
            Assert.Contains(_after.Database, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>What a power loss left must not look like damage later, when only a process crashes, nor after a look that was cut short.</summary>
    [Fact]
    public void A_hole_that_a_power_loss_left_is_gone_once_the_state_was_opened()
    {
        LeaveHole();
        string holder = new StorePaths(_after.Path).Holder;
        (Holder.Read(holder)! with { Boot = "another run of the kernel" }).Write(holder);
        using (var view = RocksDbView.Open(new RocksDbOptions { Folder = _after.Path }))
        {
            StoreContent.Check(view);
        }

        Assert.Equal("another run of the kernel", Holder.Read(holder)?.Boot);
        RequireHoleIsGone(_after, _live);
    }

    [Fact]
    public void An_opening_that_was_killed_leaves_it_known_that_there_was_a_power_loss()
    {
        LeaveHole();
        StorePaths paths = new(_after.Path);
        (Holder.Read(paths.Holder)! with { Command = "the first", Boot = "another run of the kernel" }).Write(paths.Holder);
        using (FolderLock.Take(paths, TimeSpan.Zero, TimeProvider.System))
        {
            // Whoever waits hears of the process that opens it, though that may still be killed, as in the copy.
            Assert.DoesNotContain("the first", FolderLock.Busy(paths, TimeSpan.Zero).Message, StringComparison.Ordinal);
            Worked.Copy(_after.Store, _live.Store);
        }

        RequireHoleIsGone(_live, _after);
    }

    /// <summary>A process that died with the machine may have left any part of the file that names it.</summary>
    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData("", false)]
    [InlineData("", true)]
    [InlineData("{ \"pid\": 47", false)]
    public void A_hole_that_a_power_loss_left_is_gone_also_if_who_had_the_state_is_lost(string? holder, bool isFirst)
    {
        LeaveHole(isFirst);
        StorePaths paths = new(_after.Path);
        File.Delete(paths.Holder);
        if (holder is not null)
        {
            File.WriteAllText(paths.Holder, holder);
        }

        RequireHoleIsGone(_after, _live);
    }

    /// <summary>A store that was open when the machine lost its power, with a hole in what was not flushed.</summary>
    private void LeaveHole(bool isFirst = false)
    {
        using RocksDbBackend backend = _live.Open();
        Worked.Fill(backend, seed: 1);
        backend.Flush();
        long flushed = _live.NewestLog.Length;
        for (int round = 0; round < 40; round++)
        {
            Worked.Save(backend, new Random(round), round);
        }

        Worked.Copy(_live.Store, _after.Store);
        FileInfo log = _after.NewestLog;
        byte[] bytes = File.ReadAllBytes(log.FullName);
        bytes[flushed + (isFirst ? 10 : (bytes.Length - flushed) / 2)] ^= 1;
        File.WriteAllBytes(log.FullName, bytes);
    }

    /// <summary>Opens the store, and again as a process leaves it that is killed then.</summary>
    private static void RequireHoleIsGone(StoreFolder crashed, StoreFolder killed)
    {
        List<Entry> content;
        using (RocksDbBackend backend = crashed.Open())
        {
            Worked.Save(backend, new Random(1), 1);
            content = StoreContent.Read(backend);
            StoreContent.Check(backend);
            Worked.Copy(crashed.Store, killed.Store);
        }

        using RocksDbBackend again = killed.Open();
        Assert.Equal(content, StoreContent.Read(again));
    }
}
