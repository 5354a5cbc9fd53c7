using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Testing.Repositories;

/// <summary>
/// Fails one operation of a storage, counted from 1: begin, write, complete, open, read, list, delete, move, lock. With the number 0 it only
/// counts. After the fault everything works again, or, as if the process had died, nothing does. Thread-safe.
/// </summary>
/// <param name="inner">Where operations go.</param>
/// <param name="failAt">The number of the operation that fails; 0: none.</param>
/// <param name="fault">How it fails.</param>
/// <param name="staysBroken">Whether all later operations fail as well, before they do anything.</param>
public sealed class FaultyStorage(IRepositoryStorage inner, int failAt, StorageFault fault = StorageFault.Before, bool staysBroken = false)
    : IRepositoryStorage
{
    private readonly List<string> _operations = [];

    public string Location => inner.Location;

    /// <summary>What happens first where the operation is <see cref="StorageFault.Delayed"/>.</summary>
    public Func<Task> Meanwhile { get; init; } = static () => Task.CompletedTask;

    /// <summary>What is thrown: a test asserts that it arrives, as itself or as the cause.</summary>
    public StateStorageException Failure { get; } = new("an injected failure", "This is a test.");

    /// <summary>What was done so far, in order, such as <c>complete layers/x.index</c>.</summary>
    public IReadOnlyList<string> Operations
    {
        get
        {
            lock (_operations)
            {
                return [.. _operations];
            }
        }
    }

    /// <summary>Whether the operation that should fail was reached.</summary>
    public bool HasFailed { get; private set; }

    public async Task<IRepositoryUpload> BeginPutAsync(string path, CancellationToken cancellationToken) =>
        await RunAsync($"begin {path}", async () => new Upload(this, path, await inner.BeginPutAsync(path, cancellationToken)));

    public async Task<IRepositoryFile?> OpenAsync(string path, CancellationToken cancellationToken) =>
        await RunAsync($"open {path}", async () => await inner.OpenAsync(path, cancellationToken) is { } file ? new OpenFile(this, path, file) : null);

    public Task<IReadOnlyList<RepositoryEntry>> ListAsync(string folder, CancellationToken cancellationToken) =>
        RunAsync($"list {folder}", () => inner.ListAsync(folder, cancellationToken));

    public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) =>
        RunAsync($"delete {string.Join(' ', paths)}", async () =>
        {
            await inner.DeleteAsync(paths, cancellationToken);
            return true;
        }, () => inner.DeleteAsync([.. paths.Take(paths.Count / 2)], cancellationToken));

    public Task<bool> MoveAsync(string from, string to, CancellationToken cancellationToken) =>
        RunAsync($"move {from}", () => inner.MoveAsync(from, to, cancellationToken));

    public Task<IDisposable?> TryLockAsync(RepositoryLock which, bool exclusive, CancellationToken cancellationToken) =>
        RunAsync($"lock {which} {(exclusive ? "exclusive" : "shared")}", () => inner.TryLockAsync(which, exclusive, cancellationToken));

    /// <returns>How this operation fails; null if it does not.</returns>
    private StorageFault? Next(string operation)
    {
        lock (_operations)
        {
            if (HasFailed && staysBroken)
            {
                return StorageFault.Before;
            }

            _operations.Add(operation);
            if (_operations.Count != failAt)
            {
                return null;
            }

            HasFailed = true;
            return fault;
        }
    }

    private async Task<T> RunAsync<T>(string operation, Func<Task<T>> run, Func<Task>? half = null)
    {
        switch (Next(operation))
        {
            case null:
                return await run();
            case StorageFault.Delayed:
                await Meanwhile();
                return await run();
            case StorageFault.After:
                T result = await run();
                await ReleaseAsync(result);
                throw Failure;
            case StorageFault.HalfWay when half is not null:
                await half();
                throw Failure;
            default:
                throw Failure;
        }
    }

    private static async ValueTask ReleaseAsync(object? result)
    {
        if (result is IAsyncDisposable file)
        {
            await file.DisposeAsync();
        }

        (result as IDisposable)?.Dispose();
    }

    private sealed class Upload(FaultyStorage owner, string path, IRepositoryUpload upload) : IRepositoryUpload
    {
        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            await owner.RunAsync(
                $"write {path}",
                async () =>
                {
                    await upload.WriteAsync(bytes, cancellationToken);
                    return true;
                },
                async () => await upload.WriteAsync(bytes[..(bytes.Length / 2)], cancellationToken));

        public Task CompleteAsync(CancellationToken cancellationToken) => owner.RunAsync($"complete {path}", async () =>
        {
            await upload.CompleteAsync(cancellationToken);
            return true;
        });

        public ValueTask DisposeAsync() => upload.DisposeAsync();
    }

    private sealed class OpenFile(FaultyStorage owner, string path, IRepositoryFile file) : IRepositoryFile
    {
        public long Length => file.Length;

        public async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            await owner.RunAsync(
                $"read {path}",
                async () => await file.ReadAsync(offset, destination, cancellationToken),
                async () => await file.ReadAsync(offset, destination[..(destination.Length / 2)], cancellationToken));

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
