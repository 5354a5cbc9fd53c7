using System.Collections.Concurrent;
using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Testing.Repositories;

/// <summary>A repository in memory, whose bytes tests can look at and change. Thread-safe.</summary>
public sealed class MemoryStorage : IRepositoryStorage
{
    private readonly Dictionary<RepositoryLock, LockState> _locks = new()
    {
        [RepositoryLock.Layers] = new LockState(),
        [RepositoryLock.Publish] = new LockState(),
    };

    public string Location => "memory";

    /// <summary>Every file, by its path; tests may replace and remove them.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public Task<IRepositoryUpload> BeginPutAsync(string path, CancellationToken cancellationToken)
    {
        Check(path);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IRepositoryUpload>(new Upload(this, path));
    }

    public Task<IRepositoryFile?> OpenAsync(string path, CancellationToken cancellationToken)
    {
        Check(path);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IRepositoryFile?>(Files.TryGetValue(path, out byte[]? bytes) ? new OpenFile(bytes) : null);
    }

    public Task<IReadOnlyList<RepositoryEntry>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string prefix = folder.Length == 0 ? "" : folder + "/";
        List<RepositoryEntry> found = [];
        foreach ((string path, byte[] bytes) in Files)
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal) && !path[prefix.Length..].Contains('/', StringComparison.Ordinal))
            {
                found.Add(new RepositoryEntry(path, bytes.Length));
            }
        }

        return Task.FromResult<IReadOnlyList<RepositoryEntry>>(found);
    }

    public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        foreach (string path in paths)
        {
            Check(path);
            Files.TryRemove(path, out _);
        }

        return Task.CompletedTask;
    }

    public Task<bool> MoveAsync(string from, string to, CancellationToken cancellationToken)
    {
        Check(from);
        Check(to);
        cancellationToken.ThrowIfCancellationRequested();
        if (!Files.TryGetValue(from, out byte[]? bytes))
        {
            return Task.FromResult(false);
        }

        return Files.TryAdd(to, bytes)
            ? Task.FromResult(Files.TryRemove(from, out _))
            : throw new StateConflictException($"cannot move {from} to {to}: a file of that name is there already");
    }

    public Task<IDisposable?> TryLockAsync(RepositoryLock which, bool exclusive, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IDisposable?>(_locks[which].TryTake(exclusive) ? new Held(_locks[which], exclusive) : null);
    }

    /// <summary>The same files in another storage, for damaging them.</summary>
    public MemoryStorage Copy()
    {
        MemoryStorage copy = new();
        foreach ((string path, byte[] bytes) in Files)
        {
            copy.Files[path] = [.. bytes];
        }

        return copy;
    }

    private static void Check(string path)
    {
        string[] parts = path.Split('/');
        if (parts.Length > (parts[0] == "damaged" ? 4 : 2) || parts.Any(static part => part.Trim('.').Length == 0 || part.Contains('\\', StringComparison.Ordinal)))
        {
            throw new ArgumentException($"\"{path}\" is not the path of a file in a repository.", nameof(path));
        }
    }

    private sealed class Upload(MemoryStorage storage, string path) : IRepositoryUpload
    {
        private readonly MemoryStream _written = new();
        private bool _complete;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_complete, this);
            _written.Write(bytes.Span);
            return ValueTask.CompletedTask;
        }

        public Task CompleteAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _complete = true;
            return storage.Files.TryAdd(path, _written.ToArray())
                ? Task.CompletedTask
                : throw new StateConflictException($"cannot write {path}: a file of that name is there already");
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class OpenFile(byte[] bytes) : IRepositoryFile
    {
        public long Length => bytes.Length;

        public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Clamp(bytes.Length - offset, 0, destination.Length);
            bytes.AsMemory((int)Math.Min(offset, bytes.Length), count).CopyTo(destination);
            return ValueTask.FromResult(count);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class LockState
    {
        private readonly Lock _guard = new();
        private int _shared;
        private bool _exclusive;

        internal bool TryTake(bool exclusive)
        {
            lock (_guard)
            {
                if (_exclusive || (exclusive && _shared > 0))
                {
                    return false;
                }

                _exclusive = exclusive;
                _shared += exclusive ? 0 : 1;
                return true;
            }
        }

        internal void Release(bool exclusive)
        {
            lock (_guard)
            {
                _exclusive = false;
                _shared -= exclusive ? 0 : 1;
            }
        }
    }

    private sealed class Held(LockState state, bool exclusive) : IDisposable
    {
        private LockState? _state = state;

        public void Dispose() => Interlocked.Exchange(ref _state, null)?.Release(exclusive);
    }
}
