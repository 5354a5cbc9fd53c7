namespace LlmSpell.Backup;

/// <summary>How many bytes MessagePack values take in their shortest form.</summary>
internal static class MessagePackLength
{
    internal static int OfString(int bytes) => bytes + bytes switch
    {
        <= 31 => 1,
        <= byte.MaxValue => 2,
        <= ushort.MaxValue => 3,
        _ => 5,
    };

    internal static int OfInteger(long value) => value switch
    {
        >= -32 and <= 0x7F => 1,
        >= sbyte.MinValue and <= byte.MaxValue => 2,
        >= short.MinValue and <= ushort.MaxValue => 3,
        >= int.MinValue and <= uint.MaxValue => 5,
        _ => 9,
    };
}
