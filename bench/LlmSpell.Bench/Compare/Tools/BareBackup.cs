using System.Runtime.InteropServices;
using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>What a full backup cannot do without, and nothing else: the store is read, and beside that libzstd compresses the same records.</summary>
internal sealed unsafe class BareBackup(StateFolder state, FlatStream flat) : BackupTool("scan and libzstd alone", ToolKind.Reference)
{
    private const int BlockBytes = 1 << 20;
    private const int Level = 3;

    internal override string Description =>
        "in the benchmark's own process one thread reads all entries of the open store, and beside it libzstd compresses the same records in blocks of 1 MiB on all cores, "
        + "from memory to memory: what is read is not written down, hashed or looked at, and nothing is put on the disk";

    internal override string? Missing => flat.Missing;

    internal override void BeginRound()
    {
    }

    internal override Cost? Run(Operation operation)
    {
        if (operation != Operation.Full)
        {
            return null;
        }

        // Not of the garbage collector: what it kept of this would be counted in favour of the library, which is measured in this process too.
        long length = new FileInfo(flat.Records).Length;
        nint records = (nint)NativeMemory.Alloc((nuint)length);
        try
        {
            Read(flat.Records, records, length);
            using StateStore store = state.Open();
            return InProcess.Measure(() =>
            {
                int next = -1;
                Thread[] threads =
                [
                    new(() => Scan(store)),
                    .. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Compress(records, length, ref next))),
                ];
                Array.ForEach(threads, static thread => thread.Start());
                Array.ForEach(threads, static thread => thread.Join());
            });
        }
        finally
        {
            NativeMemory.Free((void*)records);
        }
    }

    internal override void CheckRestored(Expectation expected)
    {
    }

    internal override void EndRound()
    {
    }

    private static void Read(string file, nint records, long length)
    {
        using FileStream stream = File.OpenRead(file);
        for (long start = 0; start < length; start += BlockBytes)
        {
            stream.ReadExactly(Block(records, length, start));
        }
    }

    private static Span<byte> Block(nint records, long length, long start) =>
        new((byte*)records + start, (int)Math.Min(BlockBytes, length - start));

    private static void Scan(StateStore store)
    {
        using IStateSnapshot snapshot = store.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        long bytes = 0;
        while (cursor.MoveNext())
        {
            bytes += cursor.Scope.Length + cursor.Key.Length + cursor.Value.Length + cursor.ModifiedAt;
        }

        GC.KeepAlive(bytes);
    }

    private static void Compress(nint records, long length, ref int next)
    {
        using ZstdCompression compression = new(Level);
        byte[] stored = new byte[2 * BlockBytes];
        while ((long)Interlocked.Increment(ref next) * BlockBytes is long start && start < length)
        {
            compression.Compress(Block(records, length, start), stored);
        }
    }
}
