using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary><c>zstd</c> on the records of a full backup as one flat file: the compression alone, without a database to read.</summary>
internal sealed class FlatStream(StateFolder state, string folder) : BackupTool("zstd of a flat file", ToolKind.Reference)
{
    private readonly string _folder = Path.Combine(folder, "flat");

    internal override string Description =>
        "`zstd -3 -T2` on a file that already holds the very records of the full backup, as MessagePack; its verify is `zstd -t` of that, its restore `zstd -d`";

    internal override string? Missing => Programs.Missing("zstd");

    /// <summary>The file, from the beginning of a round to its end.</summary>
    internal string Records => Path.Combine(_folder, "records.msgpack");

    private string Compressed => Path.Combine(_folder, "records.msgpack.zst");

    private string Restored => Path.Combine(_folder, "restored.msgpack");

    /// <summary>Writes the file: the layers of an uncompressed backup, one after the other, are the plain records.</summary>
    internal override void BeginRound()
    {
        Folders.Renew(_folder);
        string repository = Path.Combine(_folder, "plain");
        using StateStore store = state.Open();
        BackupService service = new(() => store, new FolderStorage(repository), new BackupOptions { Codec = LayerCodec.None });
        BackupSummary backup = service.CreateAsync(new CreateRequest(), Interruption.Token).GetAwaiter().GetResult().Backup;
        using (FileStream flat = File.Create(Records))
        {
            foreach (string layer in OwnLibrary.LayerFiles(repository, backup))
            {
                using FileStream records = File.OpenRead(layer);
                records.CopyTo(flat);
            }
        }

        Folders.Remove(repository);
    }

    internal override Cost? Run(Operation operation) => operation switch
    {
        Operation.Full => ChildProcess.Measure(new Command("zstd", "-3", "-T2", "-q", "-f", Records, "-o", Compressed)) with { Bytes = new FileInfo(Compressed).Length },
        Operation.Verify => ChildProcess.Measure(new Command("zstd", "-t", "-q", Compressed)),
        Operation.Restore => ChildProcess.Measure(new Command("zstd", "-d", "-q", "-f", Compressed, "-o", Restored)),
        _ => null,
    };

    internal override void CheckRestored(Expectation expected)
    {
        if (new FileInfo(Restored).Length != new FileInfo(Records).Length)
        {
            throw new ToolException($"zstd restored {new FileInfo(Restored).Length} bytes, expected {new FileInfo(Records).Length}.");
        }

        File.Delete(Restored);
    }

    internal override void EndRound() => Folders.Remove(_folder);
}
