using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

/// <summary>Damages the files of a store that was closed, and looks at what opening, reading and checking it say.</summary>
public sealed class DamageTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>
    /// What RocksDB 11.12 says of a table's properties without saying of which table: all there is, by each bit of the end of a table changed in turn.
    /// </summary>
    private static readonly string[] NamingNoTable = ["properties unsorted", "have global seqno property with value"];

    private readonly StoreFolder _sound = new();
    private readonly StoreFolder _damaged = new();

    public void Dispose()
    {
        _sound.Dispose();
        _damaged.Dispose();
    }

    [Theory]
    [InlineData("*.sst", 60)]
    [InlineData("*.log", 60)]
    [InlineData("MANIFEST-*", 40)]
    [InlineData("CURRENT", 8)]
    public void A_changed_byte_is_an_error_that_names_the_file_or_it_changes_nothing(string files, int attempts)
    {
        (List<Entry> expected, int seed) = Prepare();
        Random random = new(seed);
        int found = 0;
        for (int attempt = 0; attempt < attempts; attempt++)
        {
            string file = CopyAndChoose(files, random);
            byte[] bytes = File.ReadAllBytes(file);
            int place = random.Next(bytes.Length);
            bytes[place] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(file, bytes);

            found += IsFound(expected, $"{Path.GetFileName(file)} byte {place} of {bytes.Length}", Path.GetFileName(file)) ? 1 : 0;
        }

        output.WriteLine($"{found} of {attempts} were found; the others changed no answer");
        Assert.True(found > attempts / 2, $"only {found} of {attempts} were found");
    }

    [Theory]
    [InlineData("*.sst", 20)]
    [InlineData("*.log", 30)]
    [InlineData("MANIFEST-*", 30)]
    [InlineData("CURRENT", 5)]
    public void A_file_that_was_cut_off_is_an_error_or_it_changes_nothing(string files, int attempts)
    {
        (List<Entry> expected, int seed) = Prepare();
        Random random = new(seed);
        for (int attempt = 0; attempt < attempts; attempt++)
        {
            string file = CopyAndChoose(files, random);
            long length = new FileInfo(file).Length;
            long kept = random.NextInt64(length);
            using (FileStream stream = new(file, FileMode.Open))
            {
                stream.SetLength(kept);
            }

            IsFound(expected, $"{Path.GetFileName(file)} cut from {length} to {kept}", file: null);
        }
    }

    [Theory]
    [InlineData("*.sst")]
    [InlineData("*.log")]
    [InlineData("MANIFEST-*")]
    [InlineData("CURRENT")]
    public void A_file_that_is_gone_is_an_error(string files)
    {
        (List<Entry> expected, int seed) = Prepare();
        string file = CopyAndChoose(files, new Random(seed));
        File.Delete(file);

        Assert.True(IsFound(expected, $"{file} gone", file: null));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_file_whose_end_is_zeros_is_an_error(int zeros)
    {
        (List<Entry> expected, int seed) = Prepare();
        string file = CopyAndChoose("CURRENT", new Random(seed));
        byte[] bytes = File.ReadAllBytes(file);
        bytes.AsSpan(bytes.Length - zeros).Clear();
        File.WriteAllBytes(file, bytes);

        Assert.True(IsFound(expected, $"{zeros} zeros at the end of CURRENT", "CURRENT"));
        Assert.Throws<StateCorruptException>(() => RocksDbView.Open(new RocksDbOptions { Folder = _damaged.Path }));
    }

    [Fact]
    public void A_damaged_store_is_left_as_it_is()
    {
        (_, int seed) = Prepare();
        string file = CopyAndChoose("MANIFEST-*", new Random(seed));
        File.WriteAllText(file, "nothing");
        byte[] log = File.ReadAllBytes(_damaged.NewestLog.FullName);

        StateCorruptException error = Assert.Throws<StateCorruptException>(() => _damaged.Open());

        Assert.Contains("--replace-damaged", error.Hint, StringComparison.Ordinal);
        Assert.Equal(log, File.ReadAllBytes(_damaged.NewestLog.FullName));
    }

    private (List<Entry> Expected, int Seed) Prepare()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        using RocksDbBackend backend = _sound.Open();
        Worked.Fill(backend, seed);
        return (StoreContent.Read(backend), seed);
    }

    private string CopyAndChoose(string files, Random random)
    {
        Worked.Copy(_sound.Store, _damaged.Store);
        string[] all = [.. Directory.GetFiles(_damaged.Database, files).Where(file => new FileInfo(file).Length > 0).Order(StringComparer.Ordinal)];
        return all[random.Next(all.Length)];
    }

    /// <summary>Whether damage was reported; if not, every answer must be the right one.</summary>
    private bool IsFound(List<Entry> expected, string what, string? file)
    {
        try
        {
            using RocksDbBackend backend = _damaged.Open();
            Assert.True(expected.SequenceEqual(StoreContent.Read(backend)), $"{what}: the content is another");
            using IStateSnapshot snapshot = backend.OpenSnapshot();
            StoreCheckReport report = new StoreCheck(snapshot).Run(TestContext.Current.CancellationToken);
            return !report.IsSound;
        }
        catch (StateException error)
        {
            output.WriteLine($"{what}: {error.GetType().Name} {error.Message}");
            Assert.True(error is StateCorruptException or StateUnsupportedException, $"{what}: {error}");

            Assert.True(
                file is null || error.Message.Contains(file, StringComparison.Ordinal) || NamingNoTable.Any(words => error.Message.Contains(words, StringComparison.Ordinal)),
                $"{what}: {error.Message} does not name it");
            Assert.False(string.IsNullOrEmpty(error.Hint), $"{what}: no hint");
            return true;
        }
    }
}
