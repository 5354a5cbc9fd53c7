using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Schema;
using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// Copies what is committed into the database on a thread and a connection of its own, while the writer goes on. Not thread-safe.
/// </summary>
/// <remarks>
/// Only a head start for the checkpoint that lets the log begin anew, which finds less left to copy and to flush. What failed is still in the log.
/// </remarks>
/// <param name="file">The database file.</param>
/// <param name="nobodyCommits">
/// Whether the caller keeps the write lock and does not commit between <see cref="Begin"/> and <see cref="Wait"/>.
/// </param>
/// <param name="rounds">How often it copies what was committed meanwhile.</param>
internal sealed class ParallelCheckpoint(string file, bool nobodyCommits, int rounds) : IDisposable
{
    private Connection? _connection;
    private Task<bool> _copying = Task.FromResult(true);

    /// <summary>Whether something is being copied.</summary>
    internal bool IsRunning => !_copying.IsCompleted;

    /// <summary>Copies what is in the log now.</summary>
    internal void Begin()
    {
        Wait();

        try
        {
            // Not on a thread of the pool, which has few, and they have blocks to load.
            _copying = Task.Factory.StartNew(Copy, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (TaskSchedulerException)
        {
            // This process may have no more threads. Whoever asks has committed already, and must not hear of it.
            _copying = Task.FromResult(Copy());
        }
    }

    /// <summary>Waits until nothing is being copied.</summary>
    /// <returns>Whether no other checkpoint was in the way and nothing failed.</returns>
    internal bool Wait() => _copying.GetAwaiter().GetResult();

    public void Dispose()
    {
        Wait();
        _connection?.Dispose();
        _connection = null;
    }

    private bool Copy()
    {
        try
        {
            _connection ??= Open();
            bool copied = true;
            for (int round = 0; copied && round < rounds; round++)
            {
                copied = _connection.Checkpoint(CheckpointMode.Passive);
            }

            return copied;
        }
        catch (Exception e) when (e is StateException or OutOfMemoryException)
        {
            // Nothing is lost: it is in the log, and the next one tries again.
            return false;
        }
    }

    private Connection Open()
    {
        Connection connection = Connection.Open(file, OpenMode.ReadWrite, new BusyWait(TimeSpan.Zero, TimeProvider.System));
        try
        {
            ConnectionSettings.Apply(connection);

            // The first read opens the log.
            connection.QueryInt64(Sql.CountIncoming);
            connection.SpareCalls(writes: true);
            if (nobodyCommits)
            {
                connection.PromiseThatNobodyCommits();
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
