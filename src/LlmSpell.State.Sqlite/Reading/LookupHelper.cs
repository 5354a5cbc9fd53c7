using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>
/// Looks up entries from the back of batches on another thread, and on a connection of its own that sees the same state. It is a thread of the
/// thread pool; if there is none for it, it does nothing, and nobody waits for it. Thread-safe.
/// </summary>
internal sealed class LookupHelper : IThreadPoolWorkItem, IDisposable
{
    /// <summary>For fewer changes it is not worth a connection.</summary>
    internal const int LeastChanges = 512;

    private readonly ReaderPool _pool;
    private readonly EntryReader _reader;
    private readonly EntryLookup _lookup;
    private readonly Statement _read;

    // Held while the connection is used, for up to a whole batch.
    private readonly Lock _use = new();

    // Held for a moment, inside the other or alone: of the queue and the two flags.
    private readonly Lock _state = new();
    private readonly Queue<ChangeBatch> _batches = new();
    private bool _running;
    private bool _disposed;

    private LookupHelper(ReaderPool pool, EntryReader reader)
    {
        _pool = pool;
        _reader = reader;
        _read = reader.Statements.Take(Sql.ReadEntry);
        _lookup = new EntryLookup(_read, reader.File);
    }

    /// <summary>Opens a second connection on a state; null if there is no processor for it, somebody has written meanwhile, or it cannot be opened.</summary>
    /// <param name="pool">Where the connection is from.</param>
    /// <param name="state">What the first connection sees.</param>
    internal static LookupHelper? TryStart(ReaderPool pool, Meta state)
    {
        if (Environment.ProcessorCount == 1)
        {
            return null;
        }

        EntryReader? reader = null;
        try
        {
            reader = pool.Take();
            reader.SetCache(ConnectionSettings.LookupCacheKib);
            reader.Begin();
            if (reader.ReadMeta() == state)
            {
                return new LookupHelper(pool, reader);
            }

            GiveBack(pool, reader);
        }
        catch (Exception e) when (e is StateException or ObjectDisposedException)
        {
            // It goes without help, too, also after the store was closed. If something is wrong with the file, the first connection finds it.
            reader?.Dispose();
        }

        return null;
    }

    /// <summary>Offers a batch; what is left of the ones before comes first.</summary>
    internal void Help(ChangeBatch batch)
    {
        lock (_state)
        {
            // It may be there still from when it was another one, if the thread pool had no thread since.
            if (!_batches.Contains(batch))
            {
                _batches.Enqueue(batch);
            }

            if (_running)
            {
                return;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (HelpOnce())
        {
        }
    }

    /// <summary>Waits for what it has begun, at most a batch, and gives its connection back.</summary>
    public void Dispose()
    {
        lock (_use)
        {
            lock (_state)
            {
                _disposed = true;
                _batches.Clear();
            }

            _reader.Statements.GiveBack(Sql.ReadEntry, _read);
            GiveBack(_pool, _reader);
        }
    }

    private static void GiveBack(ReaderPool pool, EntryReader reader)
    {
        reader.End();
        reader.SetCache(ConnectionSettings.WalkCacheKib);
        pool.GiveBack(reader);
    }

    private bool HelpOnce()
    {
        lock (_use)
        {
            if (Next() is not { } batch)
            {
                return false;
            }

            try
            {
                _lookup.Run(batch, fromBack: true);
            }
            catch (Exception e)
            {
                batch.Fail(e);
            }

            return true;
        }
    }

    private ChangeBatch? Next()
    {
        lock (_state)
        {
            _running = !_disposed && _batches.Count > 0;
            return _running ? _batches.Dequeue() : null;
        }
    }
}
