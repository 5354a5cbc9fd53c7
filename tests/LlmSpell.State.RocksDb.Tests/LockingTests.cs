using System.Globalization;
using System.Runtime.InteropServices;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Locking;
using LlmSpell.Testing.Backends;
using LlmSpell.Testing.Processes;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.RocksDb.Tests;

public sealed partial class LockingTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_process_is_told_who_holds_the_store()
    {
        using Worker worker = new("rocksdb", "hold", _folder.Path);
        Assert.Equal("held", worker.Read());

        StateBusyException error = Assert.Throws<StateBusyException>(() => _folder.Open(TimeSpan.Zero));

        Assert.Contains(_folder.Store, error.Message, StringComparison.Ordinal);
        Assert.Contains($"process {worker.Id} on {Environment.MachineName}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"hold {_folder.Path}", error.Message, StringComparison.Ordinal);
        Assert.Contains("UTC", error.Message, StringComparison.Ordinal);
        Assert.Contains("busy_timeout_ms", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_waits_for_another_process_can_be_cancelled()
    {
        using Worker worker = new("rocksdb", "hold", _folder.Path);
        Assert.Equal("held", worker.Read());
        using CancellationTokenSource cancel = new();
        RocksDbOptions options = new() { Folder = _folder.Path, BusyTimeout = TimeSpan.FromHours(1) };
        Task opening = Task.Run(() => RocksDbBackend.Open(options, cancel.Token).Dispose(), TestContext.Current.CancellationToken);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        worker.GoOn();
        using RocksDbBackend backend = _folder.Open(TimeSpan.FromMinutes(5));
        Assert.Equal(0, backend.ReadStatus().Entries);
    }

    [Fact]
    public void Deleting_the_lock_files_of_a_store_that_is_open_lets_nobody_in()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There an open file cannot be deleted.");
        using Worker worker = new("rocksdb", "hold", _folder.Path);
        Assert.Equal("held", worker.Read());
        File.Delete(Path.Combine(_folder.Store, "lock"));
        File.Delete(Path.Combine(_folder.Store, "db", "LOCK"));

        StateBusyException error = Assert.Throws<StateBusyException>(() => _folder.Open(TimeSpan.Zero));
        Assert.Contains($"process {worker.Id} on {Environment.MachineName}", error.Message, StringComparison.Ordinal);
        using RocksDbView view = RocksDbView.Open(new RocksDbOptions { Folder = _folder.Path }, out StateBusyException? holder);
        Assert.NotNull(holder);

        worker.GoOn();
        using RocksDbBackend backend = _folder.Open(TimeSpan.FromMinutes(5));
        Assert.Equal(0, backend.ReadStatus().Entries);
    }

    /// <summary>Between a fork and the start of its program a child has all that this process has open, and with it the kernel's locks.</summary>
    [Fact]
    public void Closing_a_store_frees_it_also_while_a_child_is_being_started()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells what a process has open.");
        List<SafeFileHandle> ofChild = [];
        try
        {
            using (_folder.Open())
            {
                ofChild.AddRange(new DirectoryInfo("/proc/self/fd").GetFileSystemInfos()
                    .Where(open => open.LinkTarget?.StartsWith(_folder.Store, StringComparison.Ordinal) == true)
                    .Select(static open => new SafeFileHandle(Duplicate(int.Parse(open.Name, CultureInfo.InvariantCulture)), ownsHandle: true)));
                Assert.NotEmpty(ofChild);
            }

            using RocksDbBackend again = _folder.Open(TimeSpan.Zero);
        }
        finally
        {
            ofChild.ForEach(static handle => handle.Dispose());
        }
    }

    [Fact]
    public void How_long_it_was_waited_for_is_told_with_a_point_in_every_culture()
    {
        CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        using RocksDbBackend first = _folder.Open();

        StateBusyException error = Assert.Throws<StateBusyException>(() => _folder.Open(TimeSpan.FromMilliseconds(1)));

        Assert.Contains("did not end within 0.001 s.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_waits_for_the_first()
    {
        using Worker worker = new("rocksdb", "hold", _folder.Path);
        Assert.Equal("held", worker.Read());
        Task<RocksDbBackend> waiting = Task.Run(() => _folder.Open(TimeSpan.FromMinutes(5)), TestContext.Current.CancellationToken);

        worker.GoOn();

        using RocksDbBackend backend = await waiting;
        Assert.Equal(0, backend.ReadStatus().Entries);
    }

    [Fact]
    public void Waiting_ends_with_the_time_of_the_clock()
    {
        using RocksDbBackend first = _folder.Open();
        SteppingClock clock = new();

        StateBusyException error = Assert.Throws<StateBusyException>(() => RocksDbBackend.Open(
            new RocksDbOptions { Folder = _folder.Path, BusyTimeout = TimeSpan.FromMinutes(1), TimeProvider = clock }));

        Assert.Contains("this process itself", error.Message, StringComparison.Ordinal);
        Assert.Contains("60 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_was_killed_holds_nothing_and_loses_nothing()
    {
        for (int round = 0; round < 4; round++)
        {
            string scope = $"round:{round}";
            using Worker worker = new("rocksdb", "save", _folder.Path, scope);
            int last = -1;
            while (last < 100 + (round * 400))
            {
                last = int.Parse(worker.Read()!, CultureInfo.InvariantCulture);
            }

            worker.Kill();
            while (worker.Read() is { } line)
            {
                last = int.Parse(line, CultureInfo.InvariantCulture);
            }

            Holder? holder = Holder.Read(new StorePaths(_folder.Path).Holder);
            Assert.Equal(worker.Id, holder?.Process);
            using RocksDbBackend backend = _folder.Open();
            StoreContent.Check(backend);
            for (int i = 0; i <= last; i++)
            {
                Assert.True(backend.Contains((scope, i.ToString(CultureInfo.InvariantCulture))), $"{scope}/{i} of {last} is lost");
            }
        }
    }

    [Fact]
    public void A_replacement_that_was_killed_leaves_one_of_the_two_states_whole()
    {
        for (int round = 0; round < 4; round++)
        {
            using Worker worker = new("rocksdb", "replace", _folder.Path, "3000");
            int last = -1;
            while (last < round)
            {
                last = int.Parse(worker.Read()!, CultureInfo.InvariantCulture);
            }

            worker.Kill();
            using RocksDbBackend backend = _folder.Open();
            StoreContent.Check(backend);
            Assert.Equal(3_000, backend.ReadStatus().Entries);
            Assert.Single(StoreContent.Read(backend).Select(entry => entry.ModifiedAt).Distinct());
            Assert.False(Directory.Exists(new StorePaths(_folder.Path).Incoming));
        }
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    /// <summary>A clock that goes on by a second at each look.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, TimeSpan.TicksPerSecond);

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());
    }
}
