namespace LlmSpell.State.RocksDb.Generations;

/// <summary>Something that several users share, and that ends with the last of them. Thread-safe.</summary>
internal abstract class Counted
{
    private int _users = 1;

    /// <summary>Takes part; false if it has ended already.</summary>
    internal bool TryAcquire()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    /// <summary>Ends one use.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            End();
        }
    }

    protected abstract void End();
}
