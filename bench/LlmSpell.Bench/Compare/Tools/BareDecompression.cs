using LlmSpell.Backup;

namespace LlmSpell.Bench;

/// <summary>libzstd alone on the frames of our newest backup's layers, in this process, on as many threads as there are cores, from memory to memory.</summary>
internal sealed unsafe class BareDecompression(OwnLibrary library) : BackupTool("libzstd alone", ToolKind.Reference)
{
    internal override string Description =>
        "libzstd in the benchmark's own process decompresses the frames of the library's newest backup on all cores: no file is read, no hash added up, no record looked at";

    internal override void BeginRound()
    {
    }

    internal override Cost? Run(Operation operation)
    {
        if (operation != Operation.Verify)
        {
            return null;
        }

        List<(byte[] File, int Offset, int Length, int RawLength)> frames = [];
        foreach (byte[] file in library.NewestLayers.Select(File.ReadAllBytes))
        {
            Split(file, frames);
        }

        int largest = frames.Max(static frame => frame.RawLength);
        return InProcess.Measure(() =>
        {
            int next = -1;
            Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
            {
                using ZstdDecompression decompression = new();
                byte[] raw = new byte[largest];
                for (int i = Interlocked.Increment(ref next); i < frames.Count; i = Interlocked.Increment(ref next))
                {
                    (byte[] file, int offset, int length, int rawLength) = frames[i];
                    decompression.Decompress(file.AsSpan(offset, length), raw.AsSpan(0, rawLength));
                }
            }))];
            Array.ForEach(threads, static thread => thread.Start());
            Array.ForEach(threads, static thread => thread.Join());
        });
    }

    internal override void CheckRestored(Expectation expected)
    {
    }

    internal override void EndRound()
    {
    }

    private static void Split(byte[] file, List<(byte[] File, int Offset, int Length, int RawLength)> frames)
    {
        fixed (byte* start = file)
        {
            for (int offset = 0; offset < file.Length;)
            {
                nuint rest = (nuint)(file.Length - offset);
                nuint length = Zstd.FrameLength(start + offset, rest);
                if (Zstd.IsError(length))
                {
                    throw new InvalidOperationException($"A layer holds something else than zstd frames at {offset}.");
                }

                frames.Add((file, offset, (int)length, checked((int)Zstd.ContentSize(start + offset, rest))));
                offset += (int)length;
            }
        }
    }
}
