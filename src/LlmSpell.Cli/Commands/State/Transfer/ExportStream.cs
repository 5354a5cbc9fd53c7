using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Cli.Commands.State.Transfer;

/// <summary>Writes the entries of one snapshot as lines, block by block.</summary>
/// <param name="Entries">How many entries were written.</param>
/// <param name="Bytes">How many bytes their lines take.</param>
internal sealed record ExportStream(long Entries, long Bytes)
{
    private const int BlockBytes = 256 * 1024;
    private const int EntriesBetweenLooks = 256;

    // A block never ends where a line does. So whoever reads an export that was killed finds a line cut off, and not what looks whole.
    private const int HeldBack = 2;

    /// <param name="snapshot">The state.</param>
    /// <param name="filter">Which entries.</param>
    /// <param name="write">Takes the blocks.</param>
    /// <param name="progress">Gets how many entries were written.</param>
    /// <param name="interrupt">Ends it.</param>
    /// <exception cref="StateCorruptException">An entry, or the sum of all, is not what was stored.</exception>
    public static async Task<ExportStream> WriteAsync(
        IStateSnapshot snapshot, EntryFilter filter, Func<ReadOnlyMemory<byte>, ValueTask> write, IProgress<long> progress, CancellationToken interrupt)
    {
        long entries = 0;
        long bytes = 0;
        Fingerprint sum = Fingerprint.Empty;
        using PooledBuffer block = new(2 * BlockBytes);
        using EntryLineWriter lines = new(block);
        using (IEntryCursor cursor = snapshot.Scan(filter.Range))
        {
            while (cursor.MoveNext())
            {
                if (!filter.Takes(cursor.Scope, cursor.Key))
                {
                    continue;
                }

                if (entries % EntriesBetweenLooks == 0)
                {
                    interrupt.ThrowIfCancellationRequested();
                    progress.Report(entries);
                }

                lines.Write(cursor);
                sum = sum.Toggle(cursor.Hash);
                entries++;
                if (block.Length >= BlockBytes)
                {
                    bytes += await WriteBlockAsync(block, write);
                }
            }
        }

        if (filter.TakesAll && (sum != snapshot.Status.Fingerprint || entries != snapshot.Status.Entries))
        {
            throw new StateCorruptException(
                "the entries do not add up to what the state says of itself", "`llmspell state check` says more; `llmspell backup list` shows what can be restored.");
        }

        interrupt.ThrowIfCancellationRequested();
        bytes += block.Length;
        await write(block.WrittenMemory);
        return new ExportStream(entries, bytes);
    }

    private static async ValueTask<long> WriteBlockAsync(PooledBuffer block, Func<ReadOnlyMemory<byte>, ValueTask> write)
    {
        int length = block.Length - HeldBack;
        await write(block.WrittenMemory[..length]);
        block.WrittenSpan[length..].CopyTo(block.WrittenSpan);
        block.Truncate(HeldBack);
        return length;
    }
}
