using System.Buffers;
using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Testing.Backends;

/// <summary>
/// Fails one operation of a backend, counted from 1: of itself, its transactions, snapshots, cursors and replacements; only ending one of
/// them never fails. With the number 0 it only counts. After the fault everything works again, or, as if the disk had gone, nothing does.
/// The wrapped backend stays the caller's, who can open it again as after a restart. As thread-safe as that one.
/// </summary>
/// <param name="inner">Where operations go.</param>
/// <param name="failAt">The number of the operation that fails; 0: none.</param>
/// <param name="fault">How it fails.</param>
/// <param name="staysBroken">Whether all later operations fail as well, before they do anything.</param>
public sealed partial class FaultyBackend(IStateBackend inner, int failAt, StorageFault fault = StorageFault.Before, bool staysBroken = false)
    : IStateBackend
{
    private readonly List<string> _operations = [];
    private bool _disposed;

    public string Kind => inner.Kind;

    public string Location => inner.Location;

    /// <summary>What happens first where the operation is <see cref="StorageFault.Delayed"/>.</summary>
    public Action Meanwhile { get; init; } = static () => { };

    /// <summary>What is thrown: a test asserts that it arrives, as itself or as the cause.</summary>
    public StateStorageException Failure { get; } = new("an injected failure", "This is a test.");

    /// <summary>What a commit and a flush throw: nobody knows what is on the disk.</summary>
    public StateStorageException UnknownOutcome { get; } = new("an injected failure of a required write", "This is a test.", outcomeUnknown: true);

    /// <summary>What was done so far, in order, such as <c>commit a replacement</c>.</summary>
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

    public StoreStatus ReadStatus() => Run("read the status", inner.ReadStatus);

    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt) => Run("read an entry", key, value, inner.TryRead, out modifiedAt);

    public bool Contains(StateKey key) => Run("look for an entry", () => inner.Contains(key));

    public IBackendTransaction BeginTransaction(CancellationToken cancellationToken = default) => new Transaction(this, Run("begin a transaction", () => inner.BeginTransaction(cancellationToken)));

    public IStateSnapshot OpenSnapshot() => new Snapshot(this, Run("open a snapshot", inner.OpenSnapshot));

    public IStateReplacement BeginReplacement(CancellationToken cancellationToken = default) => new Replacement(this, Run("begin a replacement", () => inner.BeginReplacement(cancellationToken)));

    public void Flush() => Run("flush", inner.Flush, required: true);

    /// <summary>Closes it, and not the backend that it wraps.</summary>
    public void Dispose() => _disposed = true;

    /// <returns>How this operation fails; null if it does not.</returns>
    private StorageFault? Next(string operation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
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

    private T Run<T>(string operation, Func<T> run, bool required = false, Action? half = null)
    {
        StorageFault? how = Next(operation);
        switch (how)
        {
            case null:
                return run();
            case StorageFault.Delayed:
                Meanwhile();
                return run();
            case StorageFault.After:
                (run() as IDisposable)?.Dispose();
                break;
            case StorageFault.HalfWay:
                half?.Invoke();
                break;
        }

        throw required ? UnknownOutcome : Failure;
    }

    private void Run(string operation, Action run, bool required = false, Action? half = null) => Run(
        operation,
        () =>
        {
            run();
            return true;
        },
        required,
        half);

    private bool Run(string operation, StateKey key, IBufferWriter<byte> value, TryReadEntry read, out long modifiedAt)
    {
        (bool found, modifiedAt) = Run(operation, () => (read(key, value, out long time), time));
        return found;
    }

    private delegate bool TryReadEntry(StateKey key, IBufferWriter<byte> value, out long modifiedAt);
}
