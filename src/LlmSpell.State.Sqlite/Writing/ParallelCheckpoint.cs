using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Schema;
using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// Copies what is committed into the database on a thread and a connection of its own, while whoever has the write lock goes on with the next
/// transaction. Not thread-safe.
/// </summary>
/// <remarks>
/// Only a head start for the checkpoint that lets the log begin anew, which finds less left to copy and to flush. What failed is still in the log.
/// </remarks>
internal sealed class ParallelCheckpoint(string file) : IDisposable
{
    private Connection? _connection;
    private Task _copying = Task.CompletedTask;

    /// <summary>Copies what is in the log now. The caller, who keeps the write lock, does not commit before <see cref="Wait"/>.</summary>
    internal void Begin()
    {
        Wait();

        // Not on a thread of the pool, which has few, and they have blocks to load.
        _copying = Task.Factory.StartNew(Copy, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Waits until nothing is being copied.</summary>
    internal void Wait() => _copying.GetAwaiter().GetResult();

    public void Dispose()
    {
        Wait();
        _connection?.Dispose();
        _connection = null;
    }

    private void Copy()
    {
        try
        {
            _connection ??= Open();
            _ = _connection.Checkpoint(CheckpointMode.Passive);
        }
        catch (StateException)
        {
            // Nothing is lost: it is in the log, and the next one tries again.
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
            connection.PromiseThatNobodyCommits();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
