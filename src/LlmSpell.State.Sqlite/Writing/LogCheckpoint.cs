using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// Copies the log into the database when it has become long, and lets it begin anew. Not thread-safe: whoever may write in this
/// process uses it, outside a transaction.
/// </summary>
/// <remarks>
/// SQLite's own checkpoint after a commit makes that commit wait for tens or hundreds of milliseconds, and the log begins anew only if nobody
/// wrote meanwhile: under processes that never pause it grows without end. So the log is copied beside the writers, in rounds of which
/// each finds less, and only the last piece is copied here, while they wait for the write lock.
/// </remarks>
internal sealed class LogCheckpoint(Connection connection, FairLock fair) : IDisposable
{
    /// <summary>The pages in the log from which on it is copied: 64 MiB.</summary>
    internal const int Pages = 16_384;

    /// <summary>The same for a process that has not done it last, so that those who write take turns.</summary>
    internal const int PagesForOthers = Pages - 2_048;

    /// <summary>
    /// By this part of its length the log must grow before the next attempt, if something was in the way: a reader, or another checkpoint.
    /// </summary>
    private const int Growth = 8;

    /// <summary>How much longer the log may become while it is copied beside the writers, before one of them waits for that.</summary>
    private const int MaxAhead = Pages;

    /// <summary>The pages that the log's file keeps room for when it begins anew: to cut it off at once would make the next commit wait for the disk.</summary>
    internal const int MaxPages = Pages + MaxAhead;

    private const int Rounds = 3;

    /// <summary>How long to wait for the last piece; another commit tries again.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(20);

    private readonly ParallelCheckpoint _beside = new(connection.File, nobodyCommits: false, Rounds);
    private int _length;
    private int _due = PagesForOthers;

    // Whether the copying beside has begun for this log, and whether this process was the one that let the last one begin anew.
    private bool _begun;
    private bool _finished;

    /// <summary>For after each transaction.</summary>
    internal void RunIfDue()
    {
        int length = connection.LogPages;
        if (length < _length)
        {
            // It began anew.
            _due = _finished ? Pages : PagesForOthers;
            _finished = false;
            _begun = false;
        }
        else if (length >= _due)
        {
            Run(length);
        }

        _length = length;
    }

    /// <summary>Waits for the copying beside, and closes its connection.</summary>
    public void Dispose() => _beside.Dispose();

    private void Run(int length)
    {
        if (_beside.IsRunning && length < _due + MaxAhead)
        {
            return;
        }

        if (!_begun)
        {
            _begun = true;
            _beside.Begin();
            return;
        }

        _begun = false;
        _due = length + (length / Growth);
        if (_beside.Wait())
        {
            Finish();
        }
    }

    private void Finish()
    {
        fair.HandOver();
        try
        {
            fair.WhileNobodyWrites(MaxWait, () => _finished = connection.Checkpoint(CheckpointMode.Restart));
        }
        catch (StateException)
        {
            // Not the transaction's: that is committed, and lies in the log until a checkpoint succeeds.
        }
    }
}
