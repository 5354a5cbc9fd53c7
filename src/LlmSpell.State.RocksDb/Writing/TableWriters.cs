using System.Globalization;
using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.State.RocksDb.Writing;

/// <summary>
/// Writes entries that come in their order into tables, several at a time: a piece of the stream is one table, and while tables are compressed and
/// written the next piece is taken. Not thread-safe.
/// </summary>
internal sealed class TableWriters : IDisposable
{
    private const int ChunkBytes = 12 << 20;

    // Of a value RocksDB has its block and the block's compressed copy beside the chunk: with such values nothing else is taken meanwhile.
    private const int LargeValueBytes = 1 << 20;

    private readonly Database _database;
    private readonly string _folder;
    private readonly int _writers;
    private readonly Queue<(Task Work, EntryChunk Chunk)> _running = [];
    private readonly Stack<EntryChunk> _free = [];
    private EntryChunk _filling = new(ChunkBytes);

    /// <param name="database">Whose settings the tables have.</param>
    /// <param name="folder">An empty folder for them.</param>
    /// <param name="writers">How many tables are written at once, from 1.</param>
    internal TableWriters(Database database, string folder, int writers)
    {
        _database = database;
        _folder = folder;
        _writers = writers;
    }

    /// <summary>The tables, in the order of their keys.</summary>
    internal List<string> Files { get; } = [];

    internal void Add(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> value)
    {
        if (!_filling.TryAdd(scope, key, header, value))
        {
            StartTable();
            _filling.TryAdd(scope, key, header, value);
        }
    }

    /// <summary>Returns when all tables are complete.</summary>
    internal void Finish()
    {
        if (_filling.Length > 0)
        {
            StartTable();
        }

        EndTables();
    }

    public void Dispose()
    {
        while (_running.TryDequeue(out (Task Work, EntryChunk Chunk) running))
        {
            // Whether it failed does not matter any more, only that it no longer uses its memory.
            ((IAsyncResult)running.Work).AsyncWaitHandle.WaitOne();
            _ = running.Work.Exception;
            running.Chunk.Dispose();
        }

        while (_free.TryPop(out EntryChunk? chunk))
        {
            chunk.Dispose();
        }

        _filling.Dispose();
    }

    private void StartTable()
    {
        if (_running.Count == _writers)
        {
            EndTable();
        }

        EntryChunk chunk = _filling;
        string file = Path.Combine(_folder, Files.Count.ToString("d6", CultureInfo.InvariantCulture) + ".sst");
        Files.Add(file);
        _running.Enqueue((Task.Run(() => Write(chunk, file)), chunk));
        if (chunk.LargestValue >= LargeValueBytes)
        {
            EndTables();
        }

        _filling = _free.TryPop(out EntryChunk? free) ? free : new EntryChunk(ChunkBytes);
    }

    private void EndTables()
    {
        while (_running.Count > 0)
        {
            EndTable();
        }
    }

    private void EndTable()
    {
        (Task work, EntryChunk chunk) = _running.Dequeue();
        try
        {
            work.GetAwaiter().GetResult();
        }
        catch
        {
            chunk.Dispose();
            throw;
        }

        if (chunk.HasGrown)
        {
            chunk.Dispose();
            return;
        }

        chunk.Clear();
        _free.Push(chunk);
    }

    private void Write(EntryChunk chunk, string file)
    {
        using TableFile table = new(_database, file);
        chunk.WriteTo(table);
        table.Finish();
    }
}
