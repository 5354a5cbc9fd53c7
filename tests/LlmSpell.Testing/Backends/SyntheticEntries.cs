using System.Globalization;
using System.Text;
using LlmSpell.State;

namespace LlmSpell.Testing.Backends;

/// <summary>Entries in the order of their keys: mostly small values, some of several kilobytes.</summary>
public sealed class SyntheticEntries(int count, int seed) : IEntryCursor
{
    private readonly byte[] _filler = Enumerable.Range(0, 6_000).Select(i => (byte)((i * 31) + seed)).ToArray();
    private int _number = -1;
    private byte[] _key = [];

    public int? FailsAt { get; init; }

    /// <summary>Called with the number of each entry, from 0, before it is given.</summary>
    public Action<int>? Before { get; init; }

    public ReadOnlySpan<byte> Scope => "s"u8;

    public ReadOnlySpan<byte> Key => _key;

    public long ModifiedAt => seed;

    public EntryHash Hash => EntryHash.Of(Scope, Key, Value);

    public ReadOnlySpan<byte> Value => _filler.AsSpan(_number % 13, _number % 97 == 0 ? 5_000 : 1 + (_number * 7 % 900));

    public bool MoveNext()
    {
        if (++_number == FailsAt)
        {
            throw new InvalidDataException($"entry {_number}");
        }

        Before?.Invoke(_number);
        _key = Encoding.UTF8.GetBytes(_number.ToString("d8", CultureInfo.InvariantCulture));
        return _number < count;
    }

    public void Dispose()
    {
    }
}
