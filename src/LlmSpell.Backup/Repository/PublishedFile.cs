using LlmSpell.State;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Backup;

/// <summary>
/// The one way in which files are written: under a temporary name in the same folder, then flushed, renamed without replacing,
/// and the folder flushed. So a file is there whole or not at all, whatever happens. Not thread-safe.
/// </summary>
/// <remarks>Disposing it before <see cref="CompleteAsync"/> removes the temporary file; a process that dies leaves it behind.</remarks>
internal sealed class PublishedFile : IRepositoryUpload
{
    // So often the disk is given what was written: the flush at the end then waits for the last of it and not for all.
    private const long WritebackBytes = 4 << 20;

    private readonly IFileEffects _effects;
    private readonly string _folder;
    private readonly string _path;
    private readonly string _temporary;
    private readonly SafeFileHandle _handle;
    private long _written;
    private long _handedOver;
    private State _state;

    private PublishedFile(string path, IFileEffects effects)
    {
        _effects = effects;
        _path = Path.GetFullPath(path);
        _folder = Path.GetDirectoryName(_path) ?? throw new ArgumentException($"\"{path}\" does not name a file.", nameof(path));
        _temporary = Path.Combine(_folder, RepositoryPaths.TemporaryName(Guid.NewGuid()));
        EnsureFolder(_folder, effects);
        _handle = effects.Create(_temporary);
    }

    private enum State
    {
        Open,
        Renamed,
        Complete,
        Failed,
        Disposed,
    }

    /// <summary>Begins to write a file that must not be there yet; makes its folder if that is missing.</summary>
    /// <exception cref="StateStorageException">The folder refuses.</exception>
    internal static PublishedFile Begin(string path) => Begin(path, DiskEffects.Instance);

    /// <inheritdoc cref="Begin(string)"/>
    internal static PublishedFile Begin(string path, IFileEffects effects)
    {
        try
        {
            return new PublishedFile(path, effects);
        }
        catch (Exception e) when (FileFailure.IsFileSystem(e))
        {
            throw FileFailure.Of($"cannot create {path}", e);
        }
    }

    // On the caller's thread: an asynchronous write to a file only waits on another thread of the pool, which costs more than it gains.
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        RequireOpen();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _effects.Write(_handle, bytes.Span, _written);
            _written += bytes.Length;
            if (_written - _handedOver >= WritebackBytes)
            {
                NativeFiles.StartWriteback(_handle, _handedOver, _written - _handedOver);
                _handedOver = _written;
            }

            return ValueTask.CompletedTask;
        }
        catch (Exception e)
        {
            _state = State.Failed;
            return ValueTask.FromException(FileFailure.IsFileSystem(e) ? FileFailure.Of($"cannot write {_path}", e) : e);
        }
    }

    /// <exception cref="StateConflictException">A file of that name is there already; it was left as it is.</exception>
    /// <exception cref="StateStorageException">The storage refused or failed.</exception>
    public Task CompleteAsync(CancellationToken cancellationToken)
    {
        RequireOpen();
        return Task.Run(Complete, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        if (_state == State.Disposed)
        {
            return ValueTask.CompletedTask;
        }

        bool leftover = _state is State.Open or State.Failed;
        _state = State.Disposed;
        _handle.Dispose();
        if (leftover)
        {
            try
            {
                _effects.Delete(_temporary);
            }
            catch (Exception e) when (FileFailure.IsFileSystem(e))
            {
                // What led here is worth more than this; the next sweep removes the file.
            }
        }

        return ValueTask.CompletedTask;
    }

    private void Complete()
    {
        State reached = State.Failed;
        try
        {
            long length = RandomAccess.GetLength(_handle);
            if (length != _written)
            {
                throw new IOException($"{_written} bytes were written, but the file is {length} bytes long");
            }

            _effects.Flush(_handle);
            _handle.Dispose();
            if (!_effects.TryRename(_temporary, _path))
            {
                throw new StateConflictException($"cannot write {_path}: a file of that name is there already");
            }

            reached = State.Renamed;
            _effects.FlushFolder(_folder);
            reached = State.Complete;
        }
        catch (Exception e) when (FileFailure.IsFileSystem(e))
        {
            throw FileFailure.Of($"cannot write {_path}", e, outcomeUnknown: reached == State.Renamed);
        }
        finally
        {
            _state = reached;
        }
    }

    /// <summary>Makes a folder and those above it, each so that it survives a power loss.</summary>
    internal static void EnsureFolder(string folder, IFileEffects effects)
    {
        string? parent = Path.GetDirectoryName(folder);
        if (!Directory.Exists(folder))
        {
            if (parent is not null)
            {
                EnsureFolder(parent, effects);
            }

            effects.CreateFolder(folder);
        }
        else if (HoldsPublished(folder))
        {
            return;
        }

        // Who made it may have died before this, or failed in it. A file that was published in it came after.
        if (parent is not null)
        {
            FlushIfReadable(parent, effects);
        }
    }

    // What others own and one may only pass through, as a home above, cannot be opened to be flushed.
    private static void FlushIfReadable(string folder, IFileEffects effects)
    {
        try
        {
            effects.FlushFolder(folder);
        }
        catch (UnauthorizedAccessException)
        {
        }
    }

    private static bool HoldsPublished(string folder)
    {
        try
        {
            return Directory.EnumerateFiles(folder).Any(static file => Path.GetFileName(file.AsSpan()) is var name
                && !name.StartsWith(RepositoryPaths.TemporaryPrefix, StringComparison.Ordinal) && !name.EndsWith("lock", StringComparison.Ordinal));
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void RequireOpen()
    {
        if (_state != State.Open)
        {
            throw new InvalidOperationException($"The file {_path} is not being written any more ({_state}).");
        }
    }
}
