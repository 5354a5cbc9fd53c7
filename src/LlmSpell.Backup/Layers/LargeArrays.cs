namespace LlmSpell.Backup;

/// <summary>
/// Keeps arrays for reuse up to a sum of bytes, whatever their sizes: what is dropped stays in memory until the collector looks for it, which it seldom
/// does for large arrays. Thread-safe.
/// </summary>
/// <param name="maxKeptBytes">What the arrays that nobody has may take together.</param>
internal sealed class LargeArrays(long maxKeptBytes)
{
    // Records of like sizes share arrays.
    private const int Step = 1 << 20;

    private readonly Lock _lock = new();
    private readonly List<byte[]> _kept = []; // the one that was returned first is first
    private long _keptBytes;

    /// <summary>The bytes of the arrays that nobody has.</summary>
    internal long KeptBytes
    {
        get
        {
            lock (_lock)
            {
                return _keptBytes;
            }
        }
    }

    /// <summary>An array with any content, of that length at least, and of less than twice of it where it was kept.</summary>
    internal byte[] Rent(int length)
    {
        lock (_lock)
        {
            int best = -1;
            for (int i = 0; i < _kept.Count; i++)
            {
                if (_kept[i].Length >= length && _kept[i].Length / 2 < length && (best < 0 || _kept[i].Length < _kept[best].Length))
                {
                    best = i;
                }
            }

            if (best >= 0)
            {
                return Take(best);
            }
        }

        return GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, ((long)length + Step - 1) / Step * Step));
    }

    /// <summary>Gives an array back, which its owner must not use any more. Those that were given back first make room for it.</summary>
    internal void Return(byte[] array)
    {
        if (array.Length > maxKeptBytes)
        {
            return;
        }

        lock (_lock)
        {
            while (_keptBytes + array.Length > maxKeptBytes)
            {
                Take(0);
            }

            _kept.Add(array);
            _keptBytes += array.Length;
        }
    }

    private byte[] Take(int index)
    {
        byte[] array = _kept[index];
        _kept.RemoveAt(index);
        _keptBytes -= array.Length;
        return array;
    }
}
