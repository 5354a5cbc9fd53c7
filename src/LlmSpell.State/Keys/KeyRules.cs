using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace LlmSpell.State;

/// <summary>The rules for the text of scopes and keys: UTF-8, not empty, no NUL, a greatest length.</summary>
internal static class KeyRules
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static byte[] EncodeScope(string scope) => Encode(scope, "scope", StateKey.MaxScopeBytes);

    internal static byte[] Encode(string text, string part, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(text, part);
        byte[] bytes = StrictUtf8(text, part);
        Validate(bytes, part, maxBytes);
        return bytes;
    }

    internal static byte[] StrictUtf8(string text, string part)
    {
        try
        {
            return Strict.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException($"The {part} is not valid Unicode: it holds half of a surrogate pair.", part);
        }
    }

    internal static void Validate(ReadOnlySpan<byte> bytes, string part, int maxBytes)
    {
        if (Problem(bytes, maxBytes) is { } problem)
        {
            throw new ArgumentException($"The {part} {problem}.", part);
        }
    }

    /// <summary>What is wrong with the bytes, as the rest of a sentence, or null.</summary>
    internal static string? Problem(ReadOnlySpan<byte> bytes, int maxBytes)
    {
        if (bytes.IsEmpty)
        {
            return "is empty";
        }

        if (bytes.Length > maxBytes)
        {
            return $"is {bytes.Length} bytes long; at most {maxBytes} bytes of UTF-8 are allowed";
        }

        if (IsAsciiWithoutNul(bytes))
        {
            return null;
        }

        if (bytes.Contains((byte)0))
        {
            return "contains a NUL byte, which is not allowed";
        }

        return Utf8.IsValid(bytes) ? null : "is not valid UTF-8";
    }

    // Most keys are short and plain, and each is looked at whenever a backup is read: eight bytes at once, the last ones overlapping.
    private static bool IsAsciiWithoutNul(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(ulong))
        {
            return bytes.IndexOfAnyExceptInRange((byte)1, (byte)0x7F) < 0;
        }

        ulong marks = Marks(MemoryMarshal.Read<ulong>(bytes[^sizeof(ulong)..]));
        for (int i = 0; i + sizeof(ulong) < bytes.Length; i += sizeof(ulong))
        {
            marks |= Marks(MemoryMarshal.Read<ulong>(bytes[i..]));
        }

        return marks == 0;

        // The high bit of a byte remains if the byte is over 0x7F, or if it is 0 and borrowed.
        static ulong Marks(ulong word) => (word | (word - 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080;
    }
}
