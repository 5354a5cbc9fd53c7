using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// Copies the log into the database when it has become long, and lets it begin anew. Not thread-safe: whoever may write in this
/// process uses it, outside a transaction.
/// </summary>
/// <remarks>
/// SQLite's own checkpoint after a commit lets others write meanwhile, and the log begins anew only if none did. Under processes
/// that never pause it grows without end, and each commit tries again, with two flushes. So the last piece is copied
/// here while the others wait for the write lock; three rounds before it make it small.
/// </remarks>
internal sealed class LogCheckpoint(Connection connection, FairLock fair)
{
    /// <summary>The pages in the log from which on it is copied: 64 MiB.</summary>
    internal const int Pages = 16_384;

    /// <summary>
    /// The same for a process that has not done it last: it takes as long as thousands of saves, so those who write take turns.
    /// </summary>
    internal const int PagesForOthers = Pages - 2_048;

    /// <summary>How much longer the log must be before the next attempt, if something was in the way: a reader, or another checkpoint.</summary>
    private const int Step = 1_000;

    private const int Rounds = 3;

    /// <summary>How long to wait for the last piece; another commit tries again.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(20);

    private int _length;
    private int _due = PagesForOthers;
    private bool _copied;

    /// <summary>For after each transaction.</summary>
    internal void RunIfDue()
    {
        int length = connection.LogPages;
        if (length < _length)
        {
            // It began anew.
            _due = _copied ? Pages : PagesForOthers;
            _copied = false;
        }
        else if (length >= _due)
        {
            _due = length + Step;
            Run();
        }

        _length = length;
    }

    // Errors are not the transaction's: it is committed, and lies in the log until a checkpoint succeeds.
    private void Run()
    {
        fair.HandOver();
        for (int round = 0; round < Rounds; round++)
        {
            if (!connection.Checkpoint(CheckpointMode.Passive))
            {
                return;
            }
        }

        fair.WhileNobodyWrites(Wait, () => _copied = connection.Checkpoint(CheckpointMode.Restart));
    }
}
