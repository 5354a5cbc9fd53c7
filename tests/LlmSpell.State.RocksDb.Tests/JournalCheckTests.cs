using LlmSpell.State.RocksDb.Durability;

namespace LlmSpell.State.RocksDb.Tests;

/// <summary>Every bit of a manifest, and the bits that RocksDB itself does not find.</summary>
public sealed class JournalCheckTests : IDisposable
{
    private const int KindOffset = 6;

    private readonly StoreFolder _folder = new();
    private readonly StoreFolder _damaged = new();

    public void Dispose()
    {
        _folder.Dispose();
        _damaged.Dispose();
    }

    [Fact]
    public void Whole_files_pass_also_when_they_are_longer_than_a_block()
    {
        using RocksDbBackend backend = _folder.Open();
        for (int round = 0; round < 4; round++)
        {
            Worked.Fill(backend, round);
        }

        string log = FileOf(_folder, "*.log");
        Assert.True(new FileInfo(log).Length > 100_000);
        JournalCheck.Run(log);
        JournalCheck.Run(FileOf(_folder, "MANIFEST-*"));
    }

    [Fact]
    public void Each_changed_bit_of_a_manifest_is_found_and_unless_its_length_is_known_may_make_a_record_look_cut_off()
    {
        Fill();
        string file = FileOf(_folder, "MANIFEST-*");
        byte[] bytes = File.ReadAllBytes(file);
        int found = 0;
        int foundByLength = 0;
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(file, changed);
            found += Record.Exception(() => JournalCheck.Run(file)) is StateCorruptException error && error.Message.Contains(file, StringComparison.Ordinal) ? 1 : 0;
            foundByLength += Record.Exception(() => JournalCheck.Run(file, bytes.Length)) is StateCorruptException ? 1 : 0;
        }

        Assert.Equal(8 * bytes.Length, foundByLength);

        // Two bytes of each record's header are its length: a greater one goes beyond the end.
        int records = CountRecords(bytes);
        Assert.InRange(found, (8 * bytes.Length) - (16 * records), 8 * bytes.Length);
        Assert.True(records > 5);
    }

    [Fact]
    public void A_record_that_is_not_whole_is_no_damage()
    {
        Fill();
        string file = FileOf(_folder, "MANIFEST-*");
        byte[] bytes = File.ReadAllBytes(file);
        for (int length = bytes.Length; length >= 0; length--)
        {
            File.WriteAllBytes(file, bytes[..length]);
            JournalCheck.Run(file);
        }
    }

    [Fact]
    public void Zeros_are_no_damage_at_the_end_and_damage_in_the_middle()
    {
        using RocksDbBackend backend = _folder.Open();
        Worked.Fill(backend, seed: 1);
        string file = Path.Combine(_folder.Path, "copy.log");
        byte[] bytes = File.ReadAllBytes(FileOf(_folder, "*.log"));
        Assert.True(bytes.Length > 3 * 32_768);

        File.WriteAllBytes(file, [.. bytes, .. new byte[100_000]]);
        JournalCheck.Run(file);
        File.WriteAllBytes(file, [.. bytes[..32_768], .. new byte[100_000]]);
        JournalCheck.Run(file);
        bytes.AsSpan(32_768, 4_096).Clear();
        File.WriteAllBytes(file, bytes);
        StateCorruptException error = Assert.Throws<StateCorruptException>(() => JournalCheck.Run(file));
        Assert.Contains("the record at byte 32768 ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>RocksDB goes round for ever on such a manifest, and takes such a log to end there.</summary>
    [Theory]
    [InlineData("MANIFEST-*", 5)]
    [InlineData("MANIFEST-*", 8)]
    [InlineData("MANIFEST-*", 131)]
    [InlineData("*.log", 5)]
    [InlineData("*.log", 7)]
    public void A_record_of_a_recycled_log_is_an_error_of_opening_and_of_a_view(string files, byte kind)
    {
        using (RocksDbBackend backend = _folder.Open())
        {
            Worked.Fill(backend, seed: 1);

            // As a process that died leaves it.
            Worked.Copy(_folder.Store, _damaged.Store);
        }

        string file = FileOf(_damaged, files);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[SecondRecord(bytes) + KindOffset] = kind;
        File.WriteAllBytes(file, bytes);

        StateCorruptException opening = Assert.Throws<StateCorruptException>(() => _damaged.Open());
        StateCorruptException view = Assert.Throws<StateCorruptException>(() => RocksDbView.Open(new RocksDbOptions { Folder = _damaged.Path }));

        Assert.Contains($"{file} is damaged: the record at byte {SecondRecord(bytes)} ", opening.Message, StringComparison.Ordinal);
        Assert.Equal(opening.Message, view.Message);
        Assert.Equal(bytes, File.ReadAllBytes(file));
    }

    private void Fill()
    {
        using RocksDbBackend backend = _folder.Open();
        Worked.Fill(backend, seed: 1);
    }

    private static string FileOf(StoreFolder folder, string files) =>
        Directory.GetFiles(folder.Database, files).Order(StringComparer.Ordinal).Last(file => new FileInfo(file).Length > 0);

    private static int SecondRecord(byte[] bytes) => 7 + bytes[4] + (bytes[5] << 8);

    // Of a file of one block.
    private static int CountRecords(byte[] bytes)
    {
        int count = 0;
        for (int place = 0; place + 7 <= bytes.Length; place += 7 + bytes[place + 4] + (bytes[place + 5] << 8))
        {
            count++;
        }

        return count;
    }
}
