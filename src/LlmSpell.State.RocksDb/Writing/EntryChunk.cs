using System.Runtime.InteropServices;

namespace LlmSpell.State.RocksDb.Writing;

/// <summary>Entries in their order, copied into one piece of memory outside the collector's heap, to be written as one table. Not thread-safe.</summary>
internal sealed unsafe class EntryChunk : SafeHandle
{
    private const int LengthsSize = 2 * sizeof(int);

    private readonly long _usual;
    private long _capacity;

    /// <param name="capacity">In bytes; an entry that is larger gets the room it needs.</param>
    internal EntryChunk(long capacity)
        : base(0, ownsHandle: true)
    {
        _usual = capacity;
        _capacity = capacity;
        SetHandle((nint)NativeMemory.Alloc((nuint)capacity));
    }

    public override bool IsInvalid => handle == 0;

    internal long Length { get; private set; }

    /// <summary>The bytes of the largest value, with its header.</summary>
    internal int LargestValue { get; private set; }

    /// <summary>Whether it got more room, for one large entry, and would take as much of others.</summary>
    internal bool HasGrown => _capacity > _usual;

    internal void Clear()
    {
        Length = 0;
        LargestValue = 0;
    }

    /// <summary>Adds an entry; false, and nothing is added, if there is no room for it beside the others.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> value)
    {
        int keyLength = scope.Length + 1 + key.Length;
        int valueLength = header.Length + value.Length;
        long needed = Length + LengthsSize + keyLength + valueLength;
        if (needed > _capacity && Length > 0)
        {
            return false;
        }

        if (needed > _capacity)
        {
            SetHandle((nint)NativeMemory.Realloc((void*)handle, (nuint)needed));
            _capacity = needed;
        }

        byte* place = (byte*)handle + Length;
        ((int*)place)[0] = keyLength;
        ((int*)place)[1] = valueLength;
        Span<byte> rest = new(place + LengthsSize, keyLength + valueLength);
        scope.CopyTo(rest);
        rest[scope.Length] = 0;
        key.CopyTo(rest[(scope.Length + 1)..]);
        header.CopyTo(rest[keyLength..]);
        value.CopyTo(rest[(keyLength + header.Length)..]);
        Length = needed;
        LargestValue = Math.Max(LargestValue, valueLength);
        return true;
    }

    /// <summary>Gives every entry to a writer of tables.</summary>
    internal void WriteTo(TableFile table)
    {
        byte* place = (byte*)handle;
        byte* end = place + Length;
        while (place < end)
        {
            int keyLength = ((int*)place)[0];
            int valueLength = ((int*)place)[1];
            place += LengthsSize;
            table.Add(place, keyLength, place + keyLength, valueLength);
            place += keyLength + valueLength;
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
