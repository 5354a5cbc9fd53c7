using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace LlmSpell.State.MessagePack;

/// <content>Stepping fast over what most values are made of.</content>
internal ref partial struct MessagePackReader
{
    // A code and the 32 bytes behind it, which are looked at together whatever the value's length.
    private const int MaxSimpleBytes = 1 + (2 * 16);

    // The length of the whole value, code included, of kinds that are valid whatever their bytes are, and of short strings; 0 for others.
    private static ReadOnlySpan<byte> SimpleLengths =>
    [
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
        0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 5, 9, 2, 3, 5, 0, 2, 3, 5, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    ];

    /// <summary>
    /// Steps over booleans, numbers and short ASCII strings, as most values are, with no branch but that between strings and the others. It
    /// ends before anything else, and before what is not all there: the careful methods tell what.
    /// </summary>
    /// <param name="most">How many values to step over at most.</param>
    /// <returns>How many it was.</returns>
    internal int SkipSimple(int most)
    {
        // The position in a local: each step would wait for the one before to have stored it.
        int position = _position;
        int skipped = 0;
        ref byte data = ref MemoryMarshal.GetReference(_data);
        for (int last = _data.Length - MaxSimpleBytes; skipped < most && position <= last; skipped++)
        {
            byte code = Unsafe.Add(ref data, position);
            if (IsShortString(code))
            {
                int length = code - MessagePackCode.FixString;
                if ((HighBits(ref Unsafe.Add(ref data, position + 1)) & ((1u << length) - 1)) != 0)
                {
                    break;
                }

                position += 1 + length;
                continue;
            }

            int simple = SimpleLengths[code];
            if (simple == 0)
            {
                break;
            }

            position += simple;
        }

        _position = position;
        while (skipped < most && Remaining < MaxSimpleBytes && TrySkipSimpleNearEnd())
        {
            skipped++;
        }

        return skipped;
    }

    private bool TrySkipSimpleNearEnd()
    {
        if (Remaining == 0)
        {
            return false;
        }

        byte code = _data[_position];
        int length = SimpleLengths[code];
        if (length == 0 || length > Remaining || (IsShortString(code) && !Ascii.IsValid(_data.Slice(_position + 1, length - 1))))
        {
            return false;
        }

        _position += length;
        return true;
    }

    private static bool IsShortString(byte code) => code >> 5 == MessagePackCode.FixString >> 5;

    /// <summary>Which of the 32 bytes from one on are no ASCII.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint HighBits(ref byte first) =>
        Vector128.LoadUnsafe(ref first).ExtractMostSignificantBits()
            | (Vector128.LoadUnsafe(ref first, (nuint)Vector128<byte>.Count).ExtractMostSignificantBits() << Vector128<byte>.Count);
}
