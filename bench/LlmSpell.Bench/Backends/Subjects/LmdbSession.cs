using static LlmSpell.Bench.LmdbNative;

namespace LlmSpell.Bench;

/// <summary>One thread's transactions on <see cref="LmdbStore"/>; writers wait for each other.</summary>
internal sealed unsafe class LmdbSession(nint environment, uint database) : ISession
{
    private nint _reader;

    public void Save(WorkItem item) => SaveTogether([item]);

    public void SaveTogether(ReadOnlySpan<WorkItem> items)
    {
        nint transaction;
        Check(mdb_txn_begin(environment, 0, 0, &transaction));
        foreach (WorkItem item in items)
        {
            ReadOnlySpan<byte> bytes = item.Value.Bytes.Span;
            fixed (byte* keyStart = item.Name, valueStart = bytes)
            {
                LmdbBytes key = new() { Length = (nuint)item.Name.Length, Start = keyStart };
                LmdbBytes value = new() { Length = (nuint)bytes.Length, Start = valueStart };
                int code = mdb_put(transaction, database, &key, &value, 0);
                if (code != 0)
                {
                    mdb_txn_abort(transaction);
                    Check(code);
                }
            }
        }

        Check(mdb_txn_commit(transaction));
    }

    public int Load(WorkItem item)
    {
        BeginRead();
        try
        {
            fixed (byte* keyStart = item.Name)
            {
                LmdbBytes key = new() { Length = (nuint)item.Name.Length, Start = keyStart };
                LmdbBytes value;
                int code = mdb_get(_reader, database, &key, &value);
                if (code == NotFound)
                {
                    return -1;
                }

                Check(code);
                return value.Span.ToArray().Length;
            }
        }
        finally
        {
            mdb_txn_reset(_reader);
        }
    }

    public long Scan()
    {
        EntryTally tally = default;
        BeginRead();
        nint cursor;
        Check(mdb_cursor_open(_reader, database, &cursor));
        LmdbBytes key;
        LmdbBytes value;
        int code;
        while ((code = mdb_cursor_get(cursor, &key, &value, Next)) == 0)
        {
            tally.Add(key.Span, value.Span);
        }

        mdb_cursor_close(cursor);
        mdb_txn_reset(_reader);
        return code == NotFound ? tally.Entries : throw new ToolException("LMDB's scan ended before its end.");
    }

    public void Dispose()
    {
        if (_reader != 0)
        {
            mdb_txn_abort(_reader);
            _reader = 0;
        }
    }

    private void BeginRead()
    {
        if (_reader != 0)
        {
            Check(mdb_txn_renew(_reader));
            return;
        }

        nint transaction;
        Check(mdb_txn_begin(environment, 0, ReadOnly, &transaction));
        _reader = transaction;
    }
}
