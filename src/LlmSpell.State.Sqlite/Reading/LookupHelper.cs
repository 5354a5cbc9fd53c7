using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>
/// Looks up entries from the back of batches on another thread, and on a connection of its own that sees the same state. It is a thread of the
/// thread pool; if there is none for it, or somebody has written meanwhile, it does nothing, and nobody waits for it. Thread-safe.
/// </summary>
/// <param name="pool">Where the connection is from.</param>
/// <param name="state">What the first connection sees.</param>
internal sealed class LookupHelper(ReaderPool pool, Meta state) : IThreadPoolWorkItem, IDisposable
{
    /// <summary>For fewer changes it is not worth a connection.</summary>
    internal const int MinChanges = 512;

    // Held while the connection is used, for up to a whole batch.
    private readonly Lock _use = new();

    // Held for a moment, inside the other or alone: of the queue and the two flags.
    private readonly Lock _queue = new();
    private readonly Queue<ChangeBatch> _batches = new();
    private EntryReader? _reader;
    private Statement? _read;
    private EntryLookup? _lookup;
    private bool _triedToOpen;
    private bool _running;
    private bool _disposed;

    /// <summary>Opens the connection, so that it is there when the first batch is.</summary>
    internal void Start() => Run(batch: null);

    /// <summary>Offers a batch; what is left of the ones before comes first.</summary>
    internal void Help(ChangeBatch batch) => Run(batch);

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
            lock (_queue)
            {
                _disposed = true;
                _batches.Clear();
            }

            if (_reader is { } reader)
            {
                reader.Statements.GiveBack(Sql.ReadEntry, _read!);
                GiveBack(reader);
                _reader = null;
                _lookup = null;
            }
        }
    }

    private void Run(ChangeBatch? batch)
    {
        lock (_queue)
        {
            // It may be there still from when it was another one, if the thread pool had no thread since.
            if (batch is not null && !_batches.Contains(batch))
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

    private bool HelpOnce()
    {
        lock (_use)
        {
            if (!_disposed && !_triedToOpen)
            {
                _triedToOpen = true;
                Open();
            }

            if (Next() is not { } batch)
            {
                return false;
            }

            try
            {
                _lookup?.Run(batch, fromBack: true);
            }
            catch (Exception e)
            {
                batch.Fail(e);
            }

            return true;
        }
    }

    private void Open()
    {
        EntryReader? reader = null;
        try
        {
            reader = pool.Take();
            reader.SetCache(ConnectionSettings.LookupCacheKib);
            reader.Begin();
            if (reader.ReadMeta() == state)
            {
                _read = reader.Statements.Take(Sql.ReadEntry);
                _lookup = new EntryLookup(_read, reader.File);
                _reader = reader;
            }
            else
            {
                GiveBack(reader);
            }
        }
        catch (Exception)
        {
            // It goes without help, too, also after the store was closed. If something is wrong with the file, the first connection finds it.
            reader?.Dispose();
        }
    }

    private void GiveBack(EntryReader reader)
    {
        reader.End();
        reader.SetCache(ConnectionSettings.WalkCacheKib);
        pool.GiveBack(reader);
    }

    private ChangeBatch? Next()
    {
        lock (_queue)
        {
            _running = !_disposed && _batches.Count > 0;
            return _running ? _batches.Dequeue() : null;
        }
    }
}
