using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// Replaces all rows in one transaction. What does not fit the page cache spills to the write-ahead log, where readers do
/// not see it before the commit; so memory stays bounded.
/// </summary>
internal sealed class SqliteReplacement : IStateReplacement
{
    private readonly WriterSlot _slot;
    private readonly EntryWriter _writer;
    private readonly EntryFeed _feed;
    private readonly Meta _before;
    private bool _emptied;
    private bool _ended;

    internal SqliteReplacement(WriterSlot slot)
    {
        _slot = slot;
        _writer = slot.Take();
        try
        {
            Present = _writer.Reader.ReadStatus();
            _before = _writer.Reader.ReadMeta();
            _feed = new EntryFeed(_writer);
        }
        catch
        {
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
            EmptyOnce();
            _feed.Append(entries);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public StoreStatus Commit(string? backupId, StoreId? adopt)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        StoreStatus after;
        try
        {
            EmptyOnce();

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
        }
        catch
        {
            Dispose();
            throw;
        }

        ShrinkLog();
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
        _slot.GiveBack();
    }

    private void EmptyOnce()
    {
        if (_emptied)
        {
            return;
        }

        _emptied = true;
        _writer.Connection.Execute("DELETE FROM entries");
        _writer.Connection.Execute("DELETE FROM large_values");
        _writer.Connection.Execute("DELETE FROM changes");
    }

    // The log has just taken the whole state. If a reader is in the way, a later checkpoint does it.
    private void ShrinkLog()
    {
        _writer.Connection.BusyTimeout = TimeSpan.Zero;
        try
        {
            _writer.Connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (StateException)
        {
            // The restore is committed; a later commit tries the checkpoint again.
        }
    }
}
