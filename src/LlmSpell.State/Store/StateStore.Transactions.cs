namespace LlmSpell.State;

/// <content>Several reads and writes as one.</content>
public sealed partial class StateStore
{
    /// <summary>How often at most a transaction runs that meets conflicts.</summary>
    internal const int MaxAttempts = 100;

    /// <summary>Begins a serializable transaction; it waits for other writers.</summary>
    /// <param name="cancellationToken">Ends the wait; a transaction that has begun does not look at it.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    public StateTransaction BeginTransaction(CancellationToken cancellationToken = default) =>
        new(_gate.Run(static (backend, token) => backend.BeginTransaction(token), cancellationToken), _options, _latch);

    /// <summary>
    /// Runs work in a transaction and commits it. The work may run again after a conflict with another transaction, so it
    /// should have no effects of its own; an exception from it rolls back. It must neither commit nor dispose the transaction.
    /// </summary>
    /// <exception cref="ArgumentException">The work is asynchronous: it would be committed before it has ended.</exception>
    public T Transact<T>(Func<StateTransaction, T> work) => Transact(work, CancellationToken.None);

    /// <summary>Runs work in a transaction and commits it; see the other overload.</summary>
    /// <param name="work">What it does.</param>
    /// <param name="cancellationToken">Ends the wait for other writers; work that has begun is committed all the same.</param>
    /// <exception cref="ArgumentException">The work is asynchronous: it would be committed before it has ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    public T Transact<T>(Func<StateTransaction, T> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (IsAwaitable(typeof(T)))
        {
            throw new ArgumentException("The work of a transaction must not be asynchronous: it would be committed before it has ended.", nameof(work));
        }

        return Transact(static (transaction, work) => work(transaction), work, cancellationToken);
    }

    /// <summary>Runs work in a transaction and commits it; see the other overload.</summary>
    public void Transact(Action<StateTransaction> work) => Transact(work, CancellationToken.None);

    /// <summary>Runs work in a transaction and commits it; see the other overload.</summary>
    public void Transact(Action<StateTransaction> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        Transact(
            static (transaction, work) =>
            {
                work(transaction);
                return true;
            },
            work,
            cancellationToken);
    }

    private static bool IsAwaitable(Type type) => type.IsAssignableTo(typeof(Task)) || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    private T Transact<TArgs, T>(Func<StateTransaction, TArgs, T> work, TArgs args, CancellationToken cancellationToken)
        where TArgs : allows ref struct
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                using StateTransaction transaction = BeginTransaction(cancellationToken);
                T result = work(transaction, args);
                transaction.Commit();
                return result;
            }
            catch (StateConflictException) when (attempt < MaxAttempts)
            {
            }
        }
    }
}
