using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.StateGlobal;

/// <summary>
/// Keeps one buffer from call to call. A call that comes while it is out, from a finalizer that runs in the middle of another call, gets
/// one of its own. Not thread-safe.
/// </summary>
internal sealed class SpareBuffer : IDisposable
{
    private const int MaxKept = 1 << 20;

    private PooledBuffer? _spare;

    internal PooledBuffer Take()
    {
        PooledBuffer buffer = _spare ?? new PooledBuffer(1024);
        _spare = null;
        return buffer;
    }

    internal void Return(PooledBuffer buffer)
    {
        if (_spare is not null || buffer.Length > MaxKept)
        {
            buffer.Dispose();
            return;
        }

        buffer.Clear();
        _spare = buffer;
    }

    public void Dispose()
    {
        _spare?.Dispose();
        _spare = null;
    }
}
