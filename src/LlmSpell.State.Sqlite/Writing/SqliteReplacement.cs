using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// Puts a new state together in tables of its own, in several transactions, so that neither the log nor what SQLite keeps in memory for it grows with the state,
/// unless a snapshot is open all the while; the last one puts them in the place of the present tables. Others cannot write meanwhile.
/// </summary>
internal sealed class SqliteReplacement : IStateReplacement
{
    /// <summary>What goes into one transaction, in bytes of scopes, keys and values: its pages have room in what SQLite keeps in memory.</summary>
    internal const long PartBytes = 8L << 20;

    private readonly WriterSlot _slot;
    private readonly EntryWriter _writer;
    private readonly EntryFeed _feed;
    private readonly ParallelCheckpoint _checkpoint;
    private readonly Meta _before;
    private bool _isMade;
    private bool _isLeftOver;
    private bool _ended;

    internal SqliteReplacement(WriterSlot slot, long partBytes = PartBytes, CancellationToken cancellationToken = default)
    {
        _slot = slot;
        _writer = slot.Take(cancellationToken);
        _checkpoint = new ParallelCheckpoint(_writer.Connection.File, nobodyCommits: true, rounds: 1);
        try
        {
            Present = _writer.Reader.ReadStatus();
            _before = _writer.Reader.ReadMeta();
            _feed = new EntryFeed(_writer, _writer.Connection.KeepWriteLock() ? partBytes : long.MaxValue);
        }
        catch
        {
            _writer.Connection.LetGoOfWriteLock();
            slot.GiveBack();
            throw;
        }
    }

    public StoreStatus Present { get; }

    public Fingerprint Fingerprint => _feed.Fingerprint;

    public long Entries => _feed.Entries;

    public void Append(IEntryCursor entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ObjectDisposedException.ThrowIf(_ended, this);
        try
        {
            MakeTables();
            while (!_feed.Append(entries))
            {
                CommitPart();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public StoreStatus Commit(string? backupId, StoreId? adopt)
    {
        StoreId.CheckAdopted(adopt);
        ObjectDisposedException.ThrowIf(_ended, this);
        StoreStatus after;
        try
        {
            MakeTables();
            _checkpoint.Wait();
            IncomingTables.TakePlace(_writer.Connection);
            _writer.Connection.Execute("DELETE FROM changes");

            // One sequence number for the switch itself: a version from before it must not look like the restored one.
            long sequence = _before.Sequence + 1;
            _writer.WriteMeta(new Meta(sequence, sequence, Entries, Fingerprint));
            using (Statement write = _writer.Connection.PrepareOnce(Sql.WriteRestore))
            {
                write.BindText(1, (adopt ?? Present.Store).Value);
                write.BindText(2, LineageId.New().Value);
                if (backupId is null)
                {
                    write.BindNull(3);
                    write.BindNull(4);
                }
                else
                {
                    write.BindText(3, backupId);
                    write.BindInt64(4, sequence);
                }

                write.Run();
            }

            after = _writer.Reader.ReadStatus();
            _writer.Commit();
            _isLeftOver = false;
        }
        catch
        {
            Dispose();
            throw;
        }

        // If a reader is in the way, a later checkpoint does it.
        _writer.Connection.Checkpoint(CheckpointMode.Truncate);
        Dispose();
        return after;
    }

    public void Dispose()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        try
        {
            _checkpoint.Dispose();
            _writer.Rollback();
            if (_isLeftOver)
            {
                DropTables();
            }
        }
        finally
        {
            _writer.Connection.LetGoOfWriteLock();
            _slot.GiveBack();
        }
    }

    private void MakeTables()
    {
        if (!_isMade)
        {
            IncomingTables.Create(_writer.Connection);
            _isMade = true;
        }
    }

    private void CommitPart()
    {
        _isLeftOver = true;
        _checkpoint.Wait();
        _writer.Commit();
        if (_writer.Connection.LogPages < LogCheckpoint.Pages)
        {
            _checkpoint.Begin();
        }
        else
        {
            _writer.Connection.Checkpoint(CheckpointMode.Restart);
        }

        _writer.Begin(TimeSpan.Zero);
    }

    private void DropTables()
    {
        try
        {
            _writer.Begin(TimeSpan.Zero);
            IncomingTables.Drop(_writer.Connection);
            _writer.Commit();
        }
        catch (StateException)
        {
            // The next replacement, or the next opening, tries again.
            _writer.Rollback();
        }
    }
}
